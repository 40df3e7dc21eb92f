package types

import "slices"

// isForeign reports whether a class of the server is known and none of these.
func isForeign(class string, own ...string) bool {
	if slices.Contains(own, class) {
		return false
	}
	_, known := slices.BinarySearch(knownClasses[:], hashOf(class))
	return known
}

// hashOf is the FNV-1a hash, without what hash/fnv allocates.
func hashOf(class string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(class) {
		h = (h ^ uint64(class[i])) * 1099511628211
	}
	return h
}
