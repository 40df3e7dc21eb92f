package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

func TestKnownValuesAreUntypedStrings(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"Running": types.VmStateRunning, "Ready": types.VolumeStatusReady, "Permissive": types.DeletionPermissive,
		"KVM": types.HostHypervisorTypeKVM, "RootVolumeTemplate": types.ImageMediaTypeRootVolumeTemplate,
	} {
		require.Equal(t, want, got)
	}
	type state string
	require.Equal(t, state("Running"), state(types.VmStateRunning))
	vm := types.VmInstanceInventory{State: types.VmStateRunning}
	require.Equal(t, "Running", vm.State)
}
