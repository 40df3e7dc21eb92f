package zstacktest

import (
	"slices"
	"time"
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
func createSnapshot(c *call) (*object, *apiError) {
	v := c.row("volumeUuid")
	if v.str("status") != "Ready" {
		return nil, failf(codeOperation, "volume[uuid:%s] is not in status Ready, current is %s, can't create snapshot", v.key, v.str("status"))
	}
	fields := map[string]any{
		"volumeUuid": v.key, "primaryStorageUuid": v.str("primaryStorageUuid"), "volumeType": v.str("type"), "format": v.str("format"),
		"primaryStorageInstallPath": v.str("installPath"), "distance": int64(1), "size": int64(1), "latest": true,
	}
	tree := c.node.currentTree(v)
	if tree == nil {
		tree = c.store().insert("VolumeSnapshotTree", c.now, map[string]any{"volumeUuid": v.key})
	} else if latest := c.node.latestSnapshot(tree); latest != nil {
		fields["parentUuid"], fields["distance"] = latest.key, latest.int("distance")+1
		c.store().touch(latest, c.now, map[string]any{"latest": false})
	}
	fields["treeUuid"] = tree.key
	c.store().touch(tree, c.now, nil)
	return c.create("VolumeSnapshot", fields)
}

// currentTree is the tree that new snapshots of a volume go to; nil when it has none.
func (n *Node) currentTree(v *row) *row {
	for _, tree := range n.store.by("VolumeSnapshotTree", "volumeUuid", v.key) {
		if current, _ := tree.fields["current"].(bool); current {
			return tree
		}
	}
	return nil
}

func (n *Node) latestSnapshot(tree *row) *row {
	for _, s := range n.store.by("VolumeSnapshot", "treeUuid", tree.key) {
		if latest, _ := s.fields["latest"].(bool); latest {
			return s
		}
	}
	return nil
}

// revertVolume sets a volume back, whose VM instance must not run: what comes next goes
// behind the snapshot.
func revertVolume(c *call) (*object, *apiError) {
	s := c.row("uuid")
	v := c.store().get("Volume", s.str("volumeUuid"))
	if v == nil {
		return nil, failf(codeOperation, "the volume of snapshot[uuid:%s] is gone", s.key)
	}
	if vm := c.store().get("VmInstance", v.str("vmInstanceUuid")); vm != nil && vm.str("state") != "Stopped" {
		return nil, failf(codeOperation, "unable to reset volume[uuid:%s] to snapshot[uuid:%s], the vm[uuid:%s] volume attached to is not in Stopped state, current state is %s",
			v.key, s.key, vm.key, vm.str("state")).at("VolumeSnapshotTreeBase.java: pre-check (location:1/6)")
	}
	if latest := c.node.latestSnapshot(c.store().get("VolumeSnapshotTree", s.str("treeUuid"))); latest != nil {
		c.store().set(latest, map[string]any{"latest": false})
	}
	c.store().set(s, map[string]any{"latest": true})
	return nil, nil
}

// deleteSnapshot deletes a snapshot with those that were made after it.
func deleteSnapshot(c *call) (*object, *apiError) {
	c.node.removeSnapshot(c.row("uuid"), c.now)
	return nil, nil
}

func (n *Node) removeSnapshot(s *row, now time.Time) {
	for _, child := range slices.Clone(n.store.by("VolumeSnapshot", "parentUuid", s.key)) {
		n.removeSnapshot(child, now)
	}
	tree := n.store.get("VolumeSnapshotTree", s.str("treeUuid"))
	parent := n.store.get("VolumeSnapshot", s.str("parentUuid"))
	n.remove(s, now)
	switch {
	case parent != nil:
		n.store.set(parent, map[string]any{"latest": true})
	case tree != nil && len(n.store.by("VolumeSnapshot", "treeUuid", tree.key)) == 0:
		n.remove(tree, now)
	}
}
