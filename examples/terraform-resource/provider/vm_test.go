package provider_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
)

func TestCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes core.Config
		state   string // on the node
	}{
		"as little as can be":           {nil, "Running"},
		"running":                       {core.Config{"state": "running"}, "Running"},
		"stopped":                       {core.Config{"state": "stopped"}, "Stopped"},
		"with a description":            {core.Config{"description": "a web server"}, "Running"},
		"an empty description":          {core.Config{"description": ""}, "Running"},
		"with timeouts":                 {core.Config{"timeouts": core.Config{"create": "1m", "delete": "30s"}}, "Running"},
		"with lines in its description": {core.Config{"description": "a\nb"}, "Running"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			block := w.block(test.changes)
			vm := w.apply(nil, block)
			require.Len(t, vm.Get("uuid"), 32)
			require.Equal(t, test.state, w.vm(vm)["state"])
			require.Len(t, vm.Get("ips"), len(block["l3_network_uuids"].([]string)))
			_, plan := w.plan(vm, block)
			require.Equal(t, core.None, plan.Action, plan.Changes)
		})
	}
}

func TestPlannedValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, plan := w.plan(nil, w.block(nil))
	require.Equal(t, core.Create, plan.Action)
	require.Equal(t, core.Unknown, plan.After("uuid"))
	require.Equal(t, core.Unknown, plan.After("ips"))
	require.Equal(t, "running", plan.After("state"))
	require.Nil(t, plan.After("description"))
}

// changes are changes of a block, and what the plan for an existing VM makes of them.
var changes = map[string]struct {
	change  func(w *world) core.Config
	action  core.Action
	changed []string // attributes in the plan
	calls   []string // of the apply
}{
	"name": {
		func(*world) core.Config { return core.Config{"name": "db"} },
		core.Update, []string{"name"}, []string{"UpdateVmInstance"},
	},
	"description": {
		func(*world) core.Config { return core.Config{"description": "a database"} },
		core.Update, []string{"description"}, []string{"UpdateVmInstance"},
	},
	"no description": {
		func(*world) core.Config { return core.Config{"description": nil} },
		core.Update, []string{"description"}, []string{"UpdateVmInstance"},
	},
	"instance offering": {
		func(w *world) core.Config { return core.Config{"instance_offering_uuid": w.offering()} },
		core.Update, []string{"instance_offering_uuid"}, []string{"ChangeInstanceOffering"},
	},
	"one network more": {
		func(w *world) core.Config {
			return core.Config{"l3_network_uuids": []string{w.network(), w.node.Site().L3NetworkUUID}}
		},
		core.Update, []string{"ips", "l3_network_uuids"}, []string{"AttachL3NetworkToVm"},
	},
	"another network": {
		func(w *world) core.Config { return core.Config{"l3_network_uuids": []string{w.network()}} },
		core.Update, []string{"ips", "l3_network_uuids"}, []string{"AttachL3NetworkToVm", "DetachL3NetworkFromVm"},
	},
	"state": {
		func(*world) core.Config { return core.Config{"state": "stopped"} },
		core.Update, []string{"ips", "state"}, []string{"StopVmInstance"},
	},
	"state and offering": {
		func(w *world) core.Config {
			return core.Config{"state": "stopped", "instance_offering_uuid": w.offering()}
		},
		core.Update, []string{"instance_offering_uuid", "ips", "state"}, []string{"StopVmInstance", "ChangeInstanceOffering"},
	},
	"timeouts": {
		func(*world) core.Config { return core.Config{"timeouts": core.Config{"update": "1h"}} },
		core.Update, []string{"timeouts"}, nil,
	},
	"image": {
		func(w *world) core.Config { return core.Config{"image_uuid": w.image()} },
		core.Replace, []string{"image_uuid", "ips", "uuid"}, []string{"DestroyVmInstance", "CreateVmInstance"},
	},
}

func TestChanges(t *testing.T) {
	t.Parallel()
	for name, test := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			vm := w.apply(nil, w.block(core.Config{"description": "first"}))
			block := w.block(core.Config{"description": "first"})
			for attribute, value := range test.change(w) {
				block[attribute] = value
			}
			_, plan := w.plan(vm, block)
			require.Equal(t, test.action, plan.Action)
			require.Equal(t, test.changed, plan.Changes)

			w.node.ResetRequests()
			after := w.apply(vm, block)
			require.Equal(t, test.calls, w.changes())
			require.Equal(t, test.action == core.Replace, vm.Get("uuid") != after.Get("uuid"))
			_, plan = w.plan(after, block)
			require.Equal(t, core.None, plan.Action, plan.Changes)
		})
	}
}

// Stopped VMs are changed before they are started, since servers may refuse it later.
func TestStartedLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm := w.apply(nil, w.block(core.Config{"state": "stopped"}))
	w.node.ResetRequests()
	vm = w.apply(vm, w.block(core.Config{"instance_offering_uuid": w.offering(), "name": "db"}))
	require.Equal(t, []string{"UpdateVmInstance", "ChangeInstanceOffering", "StartVmInstance"}, w.changes())
	require.Equal(t, "running", vm.Get("state"))
	require.EqualValues(t, 8, w.vm(vm)["cpuNum"])
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	second := w.network()
	vm := w.apply(nil, w.block(nil))
	require.Equal(t, []string{"172.20.0.10"}, vm.Get("ips"))
	vm = w.apply(vm, w.block(core.Config{"l3_network_uuids": []string{second, w.node.Site().L3NetworkUUID}}))
	require.Equal(t, []string{"172.20.0.10", "10.9.0.10"}, vm.Get("ips"))
	vm = w.apply(vm, w.block(core.Config{"l3_network_uuids": []string{second}}))
	require.Equal(t, []string{"10.9.0.10"}, vm.Get("ips"))
}

func TestDelete(t *testing.T) {
	t.Parallel()
	for name, outside := range map[string]func(w *world, uuid string){
		"as it is":  func(*world, string) {},
		"stopped":   func(w *world, uuid string) { w.node.Set("VmInstance", uuid, map[string]any{"state": "Stopped"}) },
		"destroyed": func(w *world, uuid string) { w.node.Set("VmInstance", uuid, map[string]any{"state": "Destroyed"}) },
		"gone":      func(w *world, uuid string) { w.node.Remove("VmInstance", uuid) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			vm := w.apply(nil, w.block(nil))
			outside(w, vm.Get("uuid").(string))
			left, err := w.destroy(vm)
			require.NoError(t, err)
			require.Nil(t, left)
			if record := w.vm(vm); record != nil {
				require.Equal(t, "Destroyed", record["state"])
			}
		})
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	block := w.block(core.Config{"description": "by hand", "state": "stopped"})
	uuid := w.apply(nil, block).Get("uuid").(string)

	vm, err := w.Import(t.Context(), vmType, uuid)
	require.NoError(t, err)
	require.Equal(t, uuid, vm.Get("uuid"))
	_, plan := w.plan(vm, block)
	require.Equal(t, core.None, plan.Action, plan.Changes)

	_, err = w.Import(t.Context(), vmType, "00000000000000000000000000000000")
	require.ErrorContains(t, err, "there is no zstack_vm to import")
	_, err = w.Import(t.Context(), vmType, "../zones")
	require.ErrorContains(t, err, `(AttributeName("uuid"))`)
}
