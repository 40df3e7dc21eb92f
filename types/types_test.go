package types_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
)

func ExamplePrimaryStorageInventory_Concrete() {
	var storage types.PrimaryStorageInventory // as a reply brings it
	storage.Name = "fast"
	if ceph, ok := storage.Subtype("org.zstack.storage.ceph.primary.CephPrimaryStorageInventory").(*types.CephPrimaryStorageInventory); ok {
		ceph.Fsid = "8a3c" // the client's decoder does this
	}

	switch ps := storage.Concrete().(type) {
	case *types.CephPrimaryStorageInventory:
		fmt.Println("a Ceph cluster:", ps.Fsid)
	case *types.PrimaryStorageInventory:
		fmt.Println("just storage:", ps.Name)
	}
	// Output: a Ceph cluster: 8a3c
}

func TestConcrete(t *testing.T) {
	t.Parallel()
	var host types.HostInventory
	require.Same(t, &host, host.Concrete())
	require.Nil(t, host.Subtype("org.zstack.header.vm.VmInstanceInventory"))
	require.Same(t, &host, host.Concrete())

	// A subtype of a subtype is known at every level above it.
	const class = "org.zstack.xdragon.XDragonHostInventory"
	dragon, ok := host.Subtype(class).(*types.XDragonHostInventory)
	require.True(t, ok)
	require.Same(t, dragon, host.Concrete())
	var kvm types.KVMHostInventory
	require.IsType(t, dragon, kvm.Subtype(class))
	require.IsType(t, dragon, kvm.Concrete())

	// A subtype is itself, and not the parent that it embeds.
	kvm = types.KVMHostInventory{}
	require.Same(t, &kvm, kvm.Concrete())
	require.Same(t, dragon, dragon.Concrete())
	require.Nil(t, dragon.Subtype(class))
}

func TestEmbeddedParent(t *testing.T) {
	t.Parallel()
	var ceph types.CephPrimaryStorageInventory
	require.NoError(t, json.Unmarshal([]byte(`{"uuid": "a", "name": "fast", "fsid": "f"}`), &ceph))
	require.Equal(t, "a", ceph.UUID)
	require.Equal(t, "f", ceph.Fsid)
}

// TestSecrets sees to it that a subtype prints its own fields and that its
// parent's secrets stay hidden.
func TestSecrets(t *testing.T) {
	t.Parallel()
	session := types.SessionInventory{UUID: "c0ffee", AccountUUID: "account"}
	pool := types.SanSecSecretResourcePoolInventory{}
	pool.Name = "pool"
	pool.Username = "root"
	pool.Password = "c0ffee"
	for _, v := range []any{session, &session, pool, &pool} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			require.NotContains(t, fmt.Sprintf(verb, v), "c0ffee")
		}
	}
	require.Contains(t, fmt.Sprintf("%+v", session), "account")
	require.Contains(t, fmt.Sprintf("%+v", pool), "pool")
	require.Contains(t, fmt.Sprintf("%+v", pool), "root", "the subtype's own fields print too")
}

// TestInput sees to it that a request can leave things away and can send zeros.
func TestInput(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(types.DiskAO{Name: new(""), Size: 1})
	require.NoError(t, err)
	require.JSONEq(t, `{"boot": false, "name": "", "size": 1}`, string(got))
}
