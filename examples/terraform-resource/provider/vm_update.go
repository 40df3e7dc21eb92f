package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	tftypes "github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// A step is a part of an update.
type step struct {
	name   string // a verb and its object
	needed bool
	do     func(context.Context) error
	// done notes in the model what has been changed.
	done func()
}

// Update changes the VM step by step. When a step fails, the state has what the steps before
// it have changed.
func (r *vmResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var have, want vmModel
	resp.Diagnostics.Append(req.State.Get(ctx, &have)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &want)...)
	timeout, diags := want.Timeouts.Update(ctx, updateTimeout)
	resp.Diagnostics.Append(diags...)
	networks, diags := want.networks(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	have.Timeouts = want.Timeouts
	defer func() { resp.Diagnostics.Append(resp.State.Set(ctx, &have)...) }()
	for _, step := range r.steps(&have, &want, networks) {
		if !step.needed {
			continue
		}
		if err := step.do(ctx); err != nil {
			report(&resp.Diagnostics, step.name, err)
			return
		}
		step.done()
	}
	found, diags := r.await(ctx, want.UUID.ValueString(), want.State.ValueString())
	resp.Diagnostics.Append(diags...)
	if found == nil {
		return
	}
	have.State = tftypes.StringValue(stateOf(found))
	if have.IPs = want.IPs; want.IPs.IsUnknown() {
		have.IPs, diags = addresses(ctx, found)
		resp.Diagnostics.Append(diags...)
	}
}

// steps are what brings a VM from what it is to what is wanted. It is stopped first and
// started last, since servers may refuse other changes while it runs.
func (r *vmResource) steps(have, want *vmModel, networks []string) []step {
	uuid := want.UUID.ValueString()
	toState := func(state string) bool { return want.State.ValueString() == state && have.State.ValueString() != state }
	start := calling(r.client, actions.StartVmInstanceAction{UUID: uuid})
	if have.State.ValueString() == paused {
		start = calling(r.client, actions.ResumeVmInstanceAction{UUID: uuid})
	}
	noteState := func() { have.State = want.State }
	return []step{
		{
			"stop the VM", toState(stopped),
			calling(r.client, actions.StopVmInstanceAction{UUID: uuid}),
			noteState,
		},
		{
			"rename or describe the VM", !want.Name.Equal(have.Name) || !want.Description.Equal(have.Description),
			calling(r.client, actions.UpdateVmInstanceAction{
				UUID: uuid, Name: new(want.Name.ValueString()), Description: new(want.Description.ValueString()),
			}),
			func() { have.Name, have.Description = want.Name, want.Description },
		},
		{
			"change the instance offering of the VM", !want.InstanceOfferingUUID.Equal(have.InstanceOfferingUUID),
			calling(r.client, actions.ChangeInstanceOfferingAction{
				VmInstanceUUID: uuid, InstanceOfferingUUID: want.InstanceOfferingUUID.ValueString(),
			}),
			func() { have.InstanceOfferingUUID = want.InstanceOfferingUUID },
		},
		{
			"change the networks of the VM", !want.L3NetworkUUIDs.Equal(have.L3NetworkUUIDs),
			func(ctx context.Context) error { return r.connect(ctx, uuid, networks) },
			func() { have.L3NetworkUUIDs = want.L3NetworkUUIDs },
		},
		{"start the VM", toState(running), start, noteState},
	}
}

// calling returns a function that makes the call.
func calling[P any](client *zstack.Client, action zstack.TypedAction[P]) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := action.Call(ctx, client)
		return err
	}
}

// connect gives the VM a NIC on each of the networks, and then takes those on others away, so
// that it is never without one.
func (r *vmResource) connect(ctx context.Context, uuid string, networks []string) error {
	vm, err := actions.GetVmInstance(ctx, r.client, uuid)
	if err != nil {
		return err
	}
	for _, l3 := range networks {
		if slices.ContainsFunc(vm.VmNics, func(nic types.VmNicInventory) bool { return nic.L3NetworkUUID == l3 }) {
			continue
		}
		if _, err := (actions.AttachL3NetworkToVmAction{VmInstanceUUID: uuid, L3NetworkUUID: l3}).Call(ctx, r.client); err != nil {
			return err
		}
	}
	for _, nic := range vm.VmNics {
		if slices.Contains(networks, nic.L3NetworkUUID) {
			continue
		}
		if _, err := (actions.DetachL3NetworkFromVmAction{VmNicUUID: nic.UUID}).Call(ctx, r.client); err != nil {
			return err
		}
	}
	return nil
}
