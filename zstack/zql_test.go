package zstack_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func TestQuoteZQL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "''", "web": "'web'", `O'Brien`: `'O\'Brien'`, `a\b`: `'a\\b'`, `\'`: `'\\\''`, `"`: `'"'`} {
		require.Equal(t, want, zstack.QuoteZQL(text))
	}
}

func TestRowsAs(t *testing.T) {
	t.Parallel()
	type root = types.PrimaryStorageInventory
	ceph := &types.CephPrimaryStorageInventory{}
	ceph.UUID = vmUUID
	plain := &root{UUID: jobUUID}
	got, err := zstack.RowsAs[root]([]any{plain, ceph})
	require.NoError(t, err)
	require.Same(t, plain, got[0])
	require.Equal(t, vmUUID, got[1].UUID)
	none, err := zstack.RowsAs[root](nil)
	require.NoError(t, err)
	require.Empty(t, none)
	for name, row := range map[string]any{
		"another type": &types.ZoneInventory{}, "a map": map[string]any{}, "nil": nil, "a value": root{},
		"a nil pointer": (*root)(nil), "a nil pointer to a subtype": (*types.CephPrimaryStorageInventory)(nil), "a number": new(1),
	} {
		_, err := zstack.RowsAs[root]([]any{plain, row})
		var wrong *zstack.DecodeError
		require.ErrorAs(t, err, &wrong, name)
		require.Equal(t, "[1]", wrong.Field)
	}
}
