package zstack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

func TestQuoteZQL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "''", "web": "'web'", `O'Brien`: `'O''Brien'`, `a\b`: `'a\\b'`, `\'`: `'\\'''`, `''`: `''''''`, `"`: `'"'`} {
		require.Equal(t, want, zstack.QuoteZQL(text))
	}
}

// zqlQuery repeats ZQLQueryAction.
type zqlQuery struct {
	Zql *string `json:"zql"`
}

func (zqlQuery) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "ZQLQueryAction", Method: "GET", Path: "/zql", Session: true}
}

func TestQuotedValuesFindWhatTheyAre(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"it's", "'", "''", `back\slash`, `end\`, `\'`, `'); drop`, `say "hi"`, "a>=b, c is null"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			node, c := nodeWithSession(t)
			uuid := node.Add("Zone", map[string]any{"name": name})
			node.Add("Zone", map[string]any{"name": "another"})
			var result struct {
				Results []types.ZQLQueryReturn `json:"results"`
			}
			require.NoError(t, c.Call(t.Context(), zqlQuery{Zql: new("query zone where name = " + zstack.QuoteZQL(name))}, &result))
			zones, err := zstack.RowsAs[types.ZoneInventory](c, result.Results[0].Inventories)
			require.NoError(t, err)
			require.Len(t, zones, 1)
			require.Equal(t, uuid, zones[0].UUID)
		})
	}
}

func TestRowsAs(t *testing.T) {
	t.Parallel()
	type root = types.PrimaryStorageInventory
	ceph := &types.CephPrimaryStorageInventory{}
	ceph.UUID = vmUUID
	plain := &root{UUID: jobUUID}
	c := clientOf(t, always(200, "{}"), zstack.WithLocation(time.FixedZone("", 8*3600)))
	got, err := zstack.RowsAs[root](c, []any{plain, ceph})
	require.NoError(t, err)
	require.Same(t, plain, got[0])
	require.Equal(t, vmUUID, got[1].UUID)
	none, err := zstack.RowsAs[root](c, nil)
	require.NoError(t, err)
	require.Empty(t, none)
	for name, row := range map[string]any{
		"another type": &types.ZoneInventory{}, "an object that fits not": map[string]any{"name": 1}, "nil": nil, "one with a base of its own": &struct{ hiddenBase }{}, "a value": root{},
		"a nil pointer": (*root)(nil), "a nil pointer to a subtype": (*types.CephPrimaryStorageInventory)(nil), "a number": new(1),
	} {
		_, err := zstack.RowsAs[root](c, []any{plain, row})
		var wrong *zstack.DecodeError
		require.ErrorAs(t, err, &wrong, name)
		require.True(t, strings.HasPrefix(wrong.Field, "[1]"), wrong.Field)
	}
}

// Servers do not name the types of all rows.
func TestRowsWithoutATypeAreRead(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, `{"results":[{"inventories":[{"uuid":"1","memorySize":8.589934592E9,"createDate":"Nov 14, 2017 10:20:57 PM","vmNics":[{"ip":"10.0.0.1"}]}]}]}`),
		zstack.WithLocation(time.FixedZone("", 8*3600)))
	var result struct {
		Results []types.ZQLQueryReturn `json:"results"`
	}
	require.NoError(t, c.Call(t.Context(), listVMs, &result))
	vms, err := zstack.RowsAs[types.VmInstanceInventory](c, result.Results[0].Inventories)
	require.NoError(t, err)
	require.Equal(t, int64(8<<30), vms[0].MemorySize)
	require.Equal(t, "2017-11-14T22:20:57+08:00", vms[0].CreateDate.Format(time.RFC3339))
	require.Equal(t, "10.0.0.1", vms[0].VmNics[0].IP)
	_, err = zstack.RowsAs[types.VmInstanceInventory](nil, nil)
	requireRefused(t, err, "client", zstack.ConstraintRequired)
}

func TestDecodeMindsTheSchema(t *testing.T) {
	t.Parallel()
	class := "org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"
	text := `{"schema":{"inventory":"` + class + `"},"inventory":{"uuid":"1","fsid":"f"}}`
	c := clientOf(t, always(200, text))
	raw, err := zstack.Do(t.Context(), c, listVMs)
	require.NoError(t, err)
	var result struct {
		Inventory *types.PrimaryStorageInventory `json:"inventory"`
	}
	require.NoError(t, c.Decode(raw, &result))
	ceph, ok := result.Inventory.Concrete().(*types.CephPrimaryStorageInventory)
	require.True(t, ok)
	require.Equal(t, "f", ceph.Fsid)
	var kept struct {
		Schema    map[string]string              `json:"schema"`
		Inventory *types.PrimaryStorageInventory `json:"inventory"`
	}
	require.NoError(t, c.Decode(raw, &kept))
	require.Equal(t, class, kept.Schema["inventory"])
	require.Same(t, kept.Inventory, kept.Inventory.Concrete())
	var number int
	require.NoError(t, c.Decode([]byte("1.0"), &number))
}

type hiddenBase struct{ A int }
