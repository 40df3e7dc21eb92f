package zstacktest

import (
	"slices"
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

func snapshotAPIs() []*api {
	return []*api{
		on("CreateVolumeSnapshot", createSnapshot),
		on("UpdateVolumeSnapshot", update),
		on("RevertVolumeFromSnapshot", revertVolume),
		on("DeleteVolumeSnapshot", deleteSnapshot),
	}
}

// createSnapshot makes a snapshot of a volume behind the latest one, in the volume's tree.
func createSnapshot(c *call) (*javajson.Object, *apierr.Error) {
	v := c.row("volumeUuid")
	if v.Str("status") != "Ready" {
		return nil, apierr.Failf(apierr.CodeOperation, "volume[uuid:%s] is not in status Ready, current is %s, can't create snapshot", v.Key, v.Str("status"))
	}
	fields := map[string]any{
		"volumeUuid": v.Key, "primaryStorageUuid": v.Str("primaryStorageUuid"), "volumeType": v.Str("type"), "format": v.Str("format"),
		"primaryStorageInstallPath": v.Str("installPath"), "distance": int64(1), "size": int64(1), "latest": true,
	}
	tree := c.node.currentTree(v)
	if tree == nil {
		tree = c.store().Insert("VolumeSnapshotTree", c.now, map[string]any{"volumeUuid": v.Key})
	} else if latest := c.node.latestSnapshot(tree); latest != nil {
		fields["parentUuid"], fields["distance"] = latest.Key, latest.Int("distance")+1
		c.store().Touch(latest, c.now, map[string]any{"latest": false})
	}
	fields["treeUuid"] = tree.Key
	c.store().Touch(tree, c.now, nil)
	return c.create("VolumeSnapshot", fields)
}

// currentTree is the tree that new snapshots of a volume go to; nil when it has none.
func (n *Node) currentTree(v *store.Row) *store.Row {
	for _, tree := range n.store.By("VolumeSnapshotTree", "volumeUuid", v.Key) {
		if current, _ := tree.Fields["current"].(bool); current {
			return tree
		}
	}
	return nil
}

func (n *Node) latestSnapshot(tree *store.Row) *store.Row {
	for _, s := range n.store.By("VolumeSnapshot", "treeUuid", tree.Key) {
		if latest, _ := s.Fields["latest"].(bool); latest {
			return s
		}
	}
	return nil
}

// revertVolume sets a volume back, whose VM instance must not run: what comes next goes
// behind the snapshot.
func revertVolume(c *call) (*javajson.Object, *apierr.Error) {
	s := c.row("uuid")
	v := c.store().Get("Volume", s.Str("volumeUuid"))
	if v == nil {
		return nil, apierr.Failf(apierr.CodeOperation, "the volume of snapshot[uuid:%s] is gone", s.Key)
	}
	if vm := c.store().Get("VmInstance", v.Str("vmInstanceUuid")); vm != nil && vm.Str("state") != "Stopped" {
		return nil, apierr.Failf(apierr.CodeOperation, "unable to reset volume[uuid:%s] to snapshot[uuid:%s], the vm[uuid:%s] volume attached to is not in Stopped state, current state is %s",
			v.Key, s.Key, vm.Key, vm.Str("state")).At("VolumeSnapshotTreeBase.java: pre-check (location:1/6)")
	}
	if latest := c.node.latestSnapshot(c.store().Get("VolumeSnapshotTree", s.Str("treeUuid"))); latest != nil {
		c.store().Set(latest, map[string]any{"latest": false})
	}
	c.store().Set(s, map[string]any{"latest": true})
	return nil, nil
}

// deleteSnapshot deletes a snapshot with those that were made after it.
func deleteSnapshot(c *call) (*javajson.Object, *apierr.Error) {
	c.node.removeSnapshot(c.row("uuid"), c.now)
	return nil, nil
}

func (n *Node) removeSnapshot(s *store.Row, now time.Time) {
	for _, child := range slices.Clone(n.store.By("VolumeSnapshot", "parentUuid", s.Key)) {
		n.removeSnapshot(child, now)
	}
	tree := n.store.Get("VolumeSnapshotTree", s.Str("treeUuid"))
	parent := n.store.Get("VolumeSnapshot", s.Str("parentUuid"))
	n.remove(s, now)
	switch {
	case parent != nil:
		n.store.Set(parent, map[string]any{"latest": true})
	case tree != nil && len(n.store.By("VolumeSnapshot", "treeUuid", tree.Key)) == 0:
		n.remove(tree, now)
	}
}
