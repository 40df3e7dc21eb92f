package zstack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

const (
	cephClass      = "org.zstack.storage.ceph.primary.CephPrimaryStorageInventory"
	plainClass     = "org.zstack.header.storage.primary.PrimaryStorageInventory"
	nicClass       = "org.zstack.header.sriov.VmVfNicInventory"
	applianceClass = "org.zstack.appliancevm.ApplianceVmInventory"
)

// queryPS reads primary storages.
type queryPS struct {
	Conditions []string `json:"conditions" zstack:"required"`
}

func (queryPS) ActionInfo() *zstack.ActionInfo {
	return &zstack.ActionInfo{Name: "QueryPrimaryStorageAction", Method: "GET", Path: "/primary-storage", Session: true, Query: true}
}

type queryPSResult struct {
	Inventories []types.PrimaryStorageInventory `json:"inventories"`
}

func storages(t *testing.T, body string) ([]types.PrimaryStorageInventory, error) {
	t.Helper()
	var result queryPSResult
	err := clientOf(t, always(200, body)).Call(t.Context(), queryPS{Conditions: []string{}}, &result)
	return result.Inventories, err
}

func TestRowsCarryTheirSubtype(t *testing.T) {
	t.Parallel()
	rows, err := storages(t, `{"inventories":[
		{"uuid":"a","type":"LocalStorage"},
		{"uuid":"b","type":"Ceph","totalCapacity":1.0E12,"fsid":"f","pools":[{"poolName":"p","replicatedSize":3.0}]}],
		"schema":{"inventories[0]":"`+plainClass+`","inventories[1]":"`+cephClass+`"}}`)
	require.NoError(t, err)
	require.Same(t, &rows[0], rows[0].Concrete())
	ceph, ok := rows[1].Concrete().(*types.CephPrimaryStorageInventory)
	require.True(t, ok)
	require.Equal(t, []any{"b", "f", "p", int64(1e12)}, []any{ceph.UUID, ceph.Fsid, ceph.Pools[0].PoolName, ceph.TotalCapacity})
	require.Equal(t, "b", rows[1].UUID)
}

func TestSchemaMayComeBeforeTheRows(t *testing.T) {
	t.Parallel()
	rows, err := storages(t, `{"schema":{"inventories[0]":"`+cephClass+`"},"inventories":[{"fsid":"f"}]}`)
	require.NoError(t, err)
	require.IsType(t, &types.CephPrimaryStorageInventory{}, rows[0].Concrete())
}

func TestSubtypesOfTheSimulatedNode(t *testing.T) {
	t.Parallel()
	node, c := nodeWithSession(t)
	node.Add("PrimaryStorage", map[string]any{"name": "ceph", "type": "Ceph", "@class": cephClass, "fsid": "f"})
	var result queryPSResult
	require.NoError(t, c.Call(t.Context(), queryPS{Conditions: []string{"name=ceph"}}, &result))
	ceph, ok := result.Inventories[0].Concrete().(*types.CephPrimaryStorageInventory)
	require.True(t, ok)
	require.Equal(t, "f", ceph.Fsid)
}

func TestSchemaThatLeadsNowhereIsSkipped(t *testing.T) {
	t.Parallel()
	for name, schema := range map[string]string{
		"unknown class":     `{"inventories[0]":"org.zstack.New"}`,
		"empty class":       `{"inventories[0]":""}`,
		"null class":        `{"inventories[0]":null}`,
		"unrelated class":   `{"inventories[0]":"` + applianceClass + `"}`,
		"index too large":   `{"inventories[7]":"` + cephClass + `"}`,
		"unknown member":    `{"things[0]":"` + cephClass + `"}`,
		"inside a text":     `{"inventories[0].name.x":"` + cephClass + `"}`,
		"the list itself":   `{"inventories":"` + cephClass + `"}`,
		"the whole":         `{"":"` + cephClass + `"}`,
		"bad index":         `{"inventories[x]":"` + cephClass + `","inventories[":"` + cephClass + `","[0]":"` + cephClass + `","inventories[-1]":"` + cephClass + `"}`,
		"dots":              `{"...":"` + cephClass + `"}`,
		"none":              `{}`,
		"an unknown parent": `{"new.inventories[0]":"` + cephClass + `"}`,
		"null":              `null`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, err := storages(t, `{"inventories":[{"uuid":"a"}],"schema":`+schema+`}`)
			require.NoError(t, err)
			require.Equal(t, "a", rows[0].UUID)
			require.Same(t, &rows[0], rows[0].Concrete())
		})
	}
}

func TestSchemaThatLies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ row, field string }{
		"a list that is a text": {`{"uuid":"a","pools":"x"}`, "inventories[1].pools"},
		"a text that is a list": {`{"uuid":"a","fsid":[]}`, "inventories[1].fsid"},
		"deep":                  {`{"uuid":"a","pools":[{},{"totalCapacity":1.5}]}`, "inventories[1].pools[1].totalCapacity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := storages(t, `{"inventories":[{},`+test.row+`],"schema":{"inventories[1]":"`+cephClass+`"}}`)
			var failed *zstack.DecodeError
			require.ErrorAs(t, err, &failed)
			require.Equal(t, test.field, failed.Field)
		})
	}
}

func TestNestedSubtypes(t *testing.T) {
	t.Parallel()
	c := clientOf(t, always(200, `{"inventory":{"uuid":"vm","applianceVmType":"VirtualRouter","vmNics":[{"uuid":"n0"},{"uuid":"n1","pciDeviceUuid":"pci"}]},
		"schema":{"inventory":"`+applianceClass+`","inventory.vmNics[0]":"org.zstack.header.vm.VmNicInventory","inventory.vmNics[1]":"`+nicClass+`"}}`))
	var result vmResult
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, &result))
	appliance, ok := result.Inventory.Concrete().(*types.ApplianceVmInventory)
	require.True(t, ok)
	require.Equal(t, "VirtualRouter", appliance.ApplianceVmType)
	for name, nics := range map[string][]types.VmNicInventory{"the value": result.Inventory.VmNics, "its subtype": appliance.VmNics} {
		require.Same(t, &nics[0], nics[0].Concrete(), name)
		nic, ok := nics[1].Concrete().(*types.VmVfNicInventory)
		require.True(t, ok, name)
		require.Equal(t, []string{"n1", "pci"}, []string{nic.UUID, nic.PciDeviceUUID}, name)
	}
}

func TestSubtypesInJobs(t *testing.T) {
	t.Parallel()
	job := zstack.ResumeJob[queryPSResult](clientOf(t, always(200, `{"inventories":[{"fsid":"f"}],"schema":{"inventories[0]":"`+cephClass+`"}}`)), jobUUID)
	result, err := job.Wait(t.Context())
	require.NoError(t, err)
	require.IsType(t, &types.CephPrimaryStorageInventory{}, result.Inventories[0].Concrete())
}

func TestManyRowsWithASchema(t *testing.T) {
	t.Parallel()
	const rows = 2000
	var inventories, schema []string
	for i := range rows {
		inventories = append(inventories, fmt.Sprintf(`{"uuid":"u%d","fsid":"f%d"}`, i, i))
		schema = append(schema, fmt.Sprintf(`"inventories[%d]":"%s"`, i, cephClass))
	}
	list, err := storages(t, `{"inventories":[`+strings.Join(inventories, ",")+`],"schema":{`+strings.Join(schema, ",")+`}}`)
	require.NoError(t, err)
	for i := range list {
		require.Equal(t, fmt.Sprint("f", i), list[i].Concrete().(*types.CephPrimaryStorageInventory).Fsid)
	}
}

func TestASchemaThatNamesSubtypesAtEveryLevelStaysCheap(t *testing.T) {
	t.Parallel()
	const depth = 30
	body, path := "", "reason"
	classes := map[string]string{}
	for range depth {
		body += `{"code":"SYS.1000","cause":`
		classes[path] = "org.zstack.header.aliyun.errorCode.AliyunErrorCode"
		path += ".cause"
	}
	schema, err := json.Marshal(classes)
	require.NoError(t, err)
	var result struct {
		Reason *types.ErrorCode `json:"reason"`
	}
	c := clientOf(t, always(200, `{"reason":`+body+`null`+strings.Repeat("}", depth)+`,"schema":`+string(schema)+`}`))
	require.NoError(t, c.Call(t.Context(), listVMs, &result)) // or it runs out of time and memory
	require.IsType(t, new(types.AliyunErrorCode), result.Reason.Concrete())
}
