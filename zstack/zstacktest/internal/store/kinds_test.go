package store

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNothingBelongsToItself follows what the records of each kind belong to. A way that came
// back would have the node look for an owner without end.
func TestNothingBelongsToItself(t *testing.T) {
	t.Parallel()
	var follow func(k *Kind, way []string)
	follow = func(k *Kind, way []string) {
		require.NotContains(t, way, k.Name)
		for _, f := range k.Fields {
			if f.Owned {
				require.NotNil(t, KindNamed(f.Ref), "%s.%s", k.Name, f.Name)
				follow(KindNamed(f.Ref), append(slices.Clone(way), k.Name))
			}
		}
	}
	for _, name := range KindNames() {
		follow(KindNamed(name), nil)
	}
}

// TestEveryChildHasItsField holds the lists of records inside others against the kinds of
// those.
func TestEveryChildHasItsField(t *testing.T) {
	t.Parallel()
	for _, name := range KindNames() {
		for _, f := range KindNamed(name).Fields {
			if f.Typ == TypeChildren {
				child := KindNamed(f.Child)
				require.NotNil(t, child, "%s.%s", name, f.Name)
				require.NotNil(t, child.ByName[f.By], "%s.%s", name, f.Name)
			}
			if f.Ref != "" {
				require.NotNil(t, KindNamed(f.Ref), "%s.%s", name, f.Name)
			}
		}
	}
}
