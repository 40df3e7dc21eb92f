package zstacktest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// TestWhatWasSetIsRead sets values that no field of a VM instance has, two of them by
// parameters of the same name.
func TestWhatWasSetIsRead(t *testing.T) {
	t.Parallel()
	node := zstacktest.New(zstacktest.WithJobDelay(0))
	t.Cleanup(func() { require.NoError(t, node.Close()) })
	c, vm := connect(t, node), node.Add("VmInstance", nil)
	rdp := func() bool {
		t.Helper()
		got, err := actions.GetVmRDPAction{UUID: vm}.Call(t.Context(), c)
		require.NoError(t, err)
		return got.Enable
	}
	require.False(t, rdp())
	_, err := actions.SetVmRDPAction{UUID: vm, Enable: new(true)}.Call(t.Context(), c)
	require.NoError(t, err)
	_, err = actions.SetVmQgaAction{UUID: vm, Enable: new(false)}.Call(t.Context(), c)
	require.NoError(t, err)
	require.True(t, rdp())
	qga, err := actions.GetVmQgaAction{UUID: vm}.Call(t.Context(), c)
	require.NoError(t, err)
	require.False(t, qga.Enable)

	_, err = actions.SetVmSshKeyAction{UUID: vm, SSHKey: "ssh-rsa x"}.Call(t.Context(), c)
	require.NoError(t, err)
	key, err := actions.GetVmSshKeyAction{UUID: vm}.Call(t.Context(), c)
	require.NoError(t, err)
	require.Equal(t, "ssh-rsa x", string(key.SSHKey))
	_, err = actions.DeleteVmSshKeyAction{UUID: &vm}.Call(t.Context(), c)
	require.NoError(t, err)
	key, err = actions.GetVmSshKeyAction{UUID: vm}.Call(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, key.SSHKey)
	require.NotNil(t, node.Get("VmInstance", vm), "the VM instance is not what was deleted")
}
