package zstack_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// Servers answer a GET of one resource with a list, or with the resource alone.
func TestGetOfOneObject(t *testing.T) {
	t.Parallel()
	const row = `{"uuid":"` + vmUUID + `","name":"web","createDate":"Jan 6, 2017 3:51:16 AM"}`
	for name, body := range map[string]string{
		"a list":                   `{"inventories":[` + row + `]}`,
		"an object":                `{"inventory":` + row + `}`,
		"an object and no list":    `{"inventories":null,"inventory":` + row + `,"schema":{}}`,
		"an object after its name": `{"schema":{"inventory":"org.zstack.header.vm.VmInstanceInventory"},"inventory":` + row + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := clientOf(t, always(200, body))
			stale := []types.VmInstanceInventory{{UUID: "stale"}, {}}
			result := queryVMResult{Inventories: stale, Total: 5}
			require.NoError(t, c.Get(t.Context(), queryVM{}, vmUUID, &result))
			require.Len(t, result.Inventories, 1)
			require.Equal(t, []any{vmUUID, "web", 2017}, []any{result.Inventories[0].UUID, result.Inventories[0].Name, result.Inventories[0].CreateDate.Year()})
			require.Zero(t, result.Total)
			var pointers struct {
				Inventories []*types.VmInstanceInventory `json:"inventories"`
			}
			require.NoError(t, c.Get(t.Context(), queryVM{}, vmUUID, &pointers))
			require.Equal(t, "web", pointers.Inventories[0].Name)
			var embedded struct{ *PageBase }
			require.NoError(t, c.Get(t.Context(), queryVM{}, vmUUID, &embedded))
			require.Equal(t, "web", embedded.Inventories[0].Name)
		})
	}
}

func TestGetOfOneObjectMindsTheSchema(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, `{"schema":{"inventory":"org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"},"inventory":{"uuid":"1","fsid":"f"}}`))
	var result struct {
		Inventories []types.PrimaryStorageInventory `json:"inventories"`
	}
	require.NoError(t, c.Get(t.Context(), queryVM{}, "1", &result))
	ceph, ok := result.Inventories[0].Concrete().(*types.CephPrimaryStorageInventory)
	require.True(t, ok)
	require.Equal(t, []string{"1", "f"}, []string{ceph.UUID, ceph.Fsid})
}

func TestGetOfNothing(t *testing.T) {
	t.Parallel()
	for body, notFound := range map[string]bool{
		`{"inventory":null}`:                    true,
		`{"inventories":[]}`:                    true,
		`{"schema":{},"inventory":null}`:        true,
		`{"inventory":null,"inventories":null}`: true,
		`{}`:                                    false,
		`{"inventories":null}`:                  false,
		`{"success":true}`:                      false,
		`{"inventory":"text"}`:                  false,
		`{"inventory":[]}`:                      false,
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			result := queryVMResult{Inventories: []types.VmInstanceInventory{{UUID: "stale"}}}
			err := clientOf(t, always(200, body)).Get(t.Context(), queryVM{}, vmUUID, &result)
			failed := requireZError(t, err)
			require.Equal(t, notFound, zstack.IsNotFound(err), err)
			require.Equal(t, "/vm-instances/"+vmUUID, failed.Path)
			require.Empty(t, result.Inventories)
			var pointers struct {
				Inventories []*types.VmInstanceInventory `json:"inventories"`
			}
			require.Equal(t, notFound, zstack.IsNotFound(clientOf(t, always(200, body)).Get(t.Context(), queryVM{}, vmUUID, &pointers)))
			var wrong *zstack.DecodeError
			require.NotEqual(t, notFound, errors.As(err, &wrong), err)
		})
	}
}

// The uuid is checked as that of an action is, which is a value in a path too.
func TestGetChecksTheUUIDAsActionsDo(t *testing.T) {
	t.Parallel()
	for name, uuid := range map[string]string{
		"empty": "", "a space": " ", "white space": "\t\n", "dots": "..", "a dot": " . ", "a slash": "a/b",
		"a backslash": `a\b`, "a control character": "a\nb", "not UTF-8": "a\xff", "a uuid": vmUUID, "a uuid in white space": " " + vmUUID + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			byAction, byGet := record(always(200, `{}`)), record(always(200, `{"inventories":[{}]}`))
			want := clientOf(t, byAction).Call(t.Context(), destroyVM{UUID: uuid}, nil)
			err := clientOf(t, byGet).Get(t.Context(), queryVM{}, uuid, new(queryVMResult))
			if want == nil {
				require.NoError(t, err)
				require.Equal(t, byAction.only(t).URL.Path, byGet.only(t).URL.Path)
				return
			}
			var refused *zstack.ValidationError
			require.ErrorAs(t, want, &refused)
			requireRefused(t, err, refused.Field, refused.Constraint)
			require.Empty(t, byGet.requests())
		})
	}
}

// Where the server lacks the path and no condition can hold the uuid, what it said
// is the answer: by then, something has been sent.
func TestGetOfAUUIDThatNoConditionCanHold(t *testing.T) {
	t.Parallel()
	for _, uuid := range []string{"it's", "a>=b"} {
		rec := record(always(404, "no such path"))
		failed := requireZError(t, clientOf(t, rec).Get(t.Context(), queryVM{}, uuid, new(queryVMResult)))
		require.Equal(t, http.StatusNotFound, failed.Status)
		rec.only(t)
	}
}
