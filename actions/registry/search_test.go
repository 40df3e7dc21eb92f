package registry_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions/registry"
)

func ExampleSearch() {
	for _, e := range registry.Search("recover destroyed vm")[:1] {
		fmt.Println(e.Name(), "-", e.Summary())
	}
	// Output:
	// RecoverVmInstanceAction - Recovers a destroyed VM instance that has not been expunged.
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"vm password":                 "ChangeVmPasswordAction",
		"change the password of a VM": "ChangeVmPasswordAction",
		"start vm":                    "StartVmInstanceAction",
		"startvminstance":             "StartVmInstanceAction",
		"StartVmInstance":             "StartVmInstanceAction",
		"VMs start":                   "StartVmInstanceAction",
		"create zone":                 "CreateZoneAction",
		"snapshot revert":             "RevertVolumeFromSnapshotAction",
		"l3 network create":           "CreateL3NetworkAction",
		"elastic ip attach":           "AttachEipAction",
		"create zone qqqqq":           "CreateZoneAction",
	} {
		found := registry.Search(words)
		require.NotEmpty(t, found, words)
		var names []string
		for _, e := range found[:min(3, len(found))] {
			names = append(names, e.Name())
		}
		require.Contains(t, names, want, words)
	}
	for _, words := range []string{"", "  ", "qqqqq", "\x00", "!?", strings.Repeat("a", 1e5)} {
		require.Empty(t, registry.Search(words), words)
	}
	require.NotEmpty(t, registry.Search("of"), "a small word alone is one to look for")
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"RecoverVmInstanse":       "RecoverVmInstanceAction",
		"recoverVmInstanc":        "RecoverVmInstanceAction",
		"RecoverVmInstanceActoin": "RecoverVmInstanceAction",
		"StartVM":                 "StartVmInstanceAction",
		"VmInstanceStart":         "StartVmInstanceAction",
		"QueryVms":                "QueryVmInstanceAction",
		"CreateVm":                "CreateVmInstanceAction",
	} {
		var names []string
		for _, e := range registry.Suggest(name) {
			names = append(names, e.Name())
		}
		require.LessOrEqual(t, len(names), 5)
		require.Contains(t, names, want, name)
	}
	for _, name := range []string{"", "Action", "qqqqqqqq", "\xff\xff"} {
		require.Empty(t, registry.Suggest(name), name)
	}
}
