package provider_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
)

func TestGoneOutside(t *testing.T) {
	t.Parallel()
	for name, outside := range map[string]func(w *world, uuid string){
		"gone":      func(w *world, uuid string) { w.node.Remove("VmInstance", uuid) },
		"destroyed": func(w *world, uuid string) { w.node.Set("VmInstance", uuid, map[string]any{"state": "Destroyed"}) },
		"expunging": func(w *world, uuid string) { w.node.Set("VmInstance", uuid, map[string]any{"state": "Expunging"}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			first := w.apply(nil, w.block(nil))
			outside(w, first.Get("uuid").(string))
			left, plan := w.plan(first, w.block(nil))
			require.Nil(t, left)
			require.Equal(t, core.Create, plan.Action)
			require.NotEqual(t, first.Get("uuid"), w.apply(nil, w.block(nil)).Get("uuid"))
		})
	}
}

func TestChangedOutside(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		outside   map[string]any
		attribute string
		is        any // in the state after a refresh
		back      []string
	}{
		"name":              {map[string]any{"name": "by hand"}, "name", "by hand", []string{"UpdateVmInstance"}},
		"description":       {map[string]any{"description": "by hand"}, "description", "by hand", []string{"UpdateVmInstance"}},
		"instance offering": {map[string]any{"instanceOfferingUuid": nil}, "instance_offering_uuid", nil, []string{"ChangeInstanceOffering"}},
		"stopped":           {map[string]any{"state": "Stopped"}, "state", "stopped", []string{"StartVmInstance"}},
		"paused":            {map[string]any{"state": "Paused"}, "state", "paused", []string{"ResumeVmInstance"}},
		"never started":     {map[string]any{"state": "Created"}, "state", "stopped", []string{"StartVmInstance"}},
		"image":             {map[string]any{"imageUuid": nil}, "image_uuid", nil, []string{"DestroyVmInstance", "CreateVmInstance"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			vm := w.apply(nil, w.block(nil))
			w.node.Set("VmInstance", vm.Get("uuid").(string), test.outside)
			vm, plan := w.plan(vm, w.block(nil))
			require.Equal(t, test.is, vm.Get(test.attribute))
			require.Contains(t, plan.Changes, test.attribute)

			w.node.ResetRequests()
			vm = w.apply(vm, w.block(nil))
			require.Equal(t, test.back, w.changes())
			_, plan = w.plan(vm, w.block(nil))
			require.Equal(t, core.None, plan.Action, plan.Changes)
		})
	}
}

// What passes by itself is no difference that a plan would have to put right.
func TestPassingStates(t *testing.T) {
	t.Parallel()
	for state, want := range map[string]string{
		"Starting": "running", "Rebooting": "running", "Migrating": "running", "Resuming": "running",
		"Stopping": "stopped", "VolumeMigrating": "stopped",
		"Unknown": "unknown", "Crashed": "crashed",
	} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			vm := w.apply(nil, w.block(nil))
			w.node.Set("VmInstance", vm.Get("uuid").(string), map[string]any{"state": state})
			vm, _ = w.plan(vm, w.block(nil))
			require.Equal(t, want, vm.Get("state"))
		})
	}
}

func TestNetworksChangedOutside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm := w.apply(nil, w.block(nil))
	nics := w.vm(vm)["vmNics"].([]map[string]any)
	require.Len(t, nics, 1)
	w.node.Remove("VmNic", nics[0]["uuid"].(string))
	vm, plan := w.plan(vm, w.block(nil))
	require.Empty(t, vm.Get("l3_network_uuids"))
	require.Equal(t, []string{"ips", "l3_network_uuids"}, plan.Changes)
	require.Len(t, w.apply(vm, w.block(nil)).Get("ips"), 1)
}

// A recovered VM has no addresses until it is started.
func TestRecoveredOutside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	vm := w.apply(nil, w.block(nil))
	uuid := vm.Get("uuid").(string)
	_, err := w.destroy(vm)
	require.NoError(t, err)
	w.node.Set("VmInstance", uuid, map[string]any{"state": "Stopped"})
	vm, err = w.Import(t.Context(), vmType, uuid)
	require.NoError(t, err)
	require.Empty(t, vm.Get("ips"))
	require.Len(t, w.apply(vm, w.block(nil)).Get("ips"), 1)
}
