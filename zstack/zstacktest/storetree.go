package zstacktest

// tree returns the snapshots of a tree, each inside the one that it was made after.
func (s *store) tree(tree *row) *object {
	for _, r := range s.by("VolumeSnapshot", "treeUuid", tree.key) {
		if r.str("parentUuid") == "" {
			return s.leaf(r)
		}
	}
	return nil
}

func (s *store) leaf(r *row) *object {
	o := &object{class: "org.zstack.header.storage.snapshot.VolumeSnapshotTree$SnapshotLeafInventory"}
	o.add("inventory", s.inventory(r, nil))
	if parent := r.str("parentUuid"); parent != "" {
		o.add("parentUuid", parent)
	}
	children := []*object{}
	for _, child := range s.by("VolumeSnapshot", "parentUuid", r.key) {
		children = append(children, s.leaf(child))
	}
	o.add("children", children)
	return o
}
