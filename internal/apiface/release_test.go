package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func replaced(t *testing.T, text, from, to string) string {
	t.Helper()
	require.Contains(t, text, from)
	return strings.Replace(text, from, to, 1)
}

// released returns a fixture with a release after which the function First was removed.
func released(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, shop)
	f.git("tag", "v0.9.0")
	f.git("tag", "v0.10.0")
	f.git("tag", "v0.11.0-rc.1")
	f.git("tag", "examples/v0.12.0")
	f.file("shop/shop.go", replaced(t, shop, "func First[T any](list []T) (T, bool) { panic(\"none\") }", "func Last() {}"))
	f.write()
	f.commit()
	return f
}

func TestCheckAgainstARelease(t *testing.T) {
	t.Parallel()
	f := released(t)
	const changes = "The public face is that of the stored face.\n" +
		"Incompatible with v0.10.0:\n\tshop: First: removed\n" +
		"Added since v0.10.0:\n\tshop: Last: added\n"
	got, ok := f.check()
	require.Equal(t, changes+"If this is meant, add to internal/apiface/accepted.txt:\n\tv0.10.0 shop: First: removed\n", got)
	require.False(t, ok)

	f.file(acceptedFile, "# Nobody used it.\nv0.10.0 shop: First: removed\nv0.9.0 shop: Old: removed\n")
	got, ok = f.check()
	require.Equal(t, changes, got)
	require.True(t, ok)
}

func TestCheckOfWhatIsAcceptedAndHasNotChanged(t *testing.T) {
	t.Parallel()
	f := released(t)
	f.file(acceptedFile, "v0.10.0 shop: First: removed\nv0.10.0 shop: Open: removed\n")
	got, ok := f.check()
	require.Contains(t, got, "internal/apiface/accepted.txt lists what has not changed:\n\tv0.10.0 shop: Open: removed\n")
	require.False(t, ok)
}

func TestCheckAfterANewRelease(t *testing.T) {
	t.Parallel()
	f := released(t)
	f.git("tag", "v0.11.0")
	got, ok := f.check()
	require.Equal(t, "The public face is that of the stored face.\nThe public face is that of v0.11.0.\n", got)
	require.True(t, ok)
}

// A tag of another branch says nothing of this one.
func TestCheckBesideARelease(t *testing.T) {
	t.Parallel()
	f := newFixture(t, shop)
	f.git("switch", "-q", "-c", "other")
	f.git("commit", "-q", "--allow-empty", "-m", "Be elsewhere")
	f.git("tag", "v1.0.0")
	f.git("switch", "-q", "-")
	got, ok := f.check()
	require.Equal(t, "The public face is that of the stored face.\n", got)
	require.True(t, ok)
}

func TestCheckAgainstAReleaseWithoutAFace(t *testing.T) {
	t.Parallel()
	f := newFixture(t, shop)
	f.git("rm", "-q", "-r", "--cached", folder)
	f.git("commit", "-q", "-m", "Forget the face")
	f.git("tag", "v0.1.0")
	got, ok := f.check()
	require.Equal(t, "The public face is that of the stored face.\nv0.1.0 has no stored face\n", got)
	require.True(t, ok)
}
