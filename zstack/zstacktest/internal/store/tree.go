package store

import "github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"

// tree returns the snapshots of a tree, each inside the one that it was made after.
func (s *Store) tree(tree *Row) *javajson.Object {
	for _, r := range s.By("VolumeSnapshot", "treeUuid", tree.Key) {
		if r.Str("parentUuid") == "" {
			return s.leaf(r)
		}
	}
	return nil
}

func (s *Store) leaf(r *Row) *javajson.Object {
	o := &javajson.Object{Class: "org.zstack.header.storage.snapshot.VolumeSnapshotTree$SnapshotLeafInventory"}
	o.Add("inventory", s.Inventory(r, nil))
	if parent := r.Str("parentUuid"); parent != "" {
		o.Add("parentUuid", parent)
	}
	children := []*javajson.Object{}
	for _, child := range s.By("VolumeSnapshot", "parentUuid", r.Key) {
		children = append(children, s.leaf(child))
	}
	o.Add("children", children)
	return o
}
