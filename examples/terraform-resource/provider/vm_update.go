package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	tftypes "github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
)

// A step is a part of an update. What it changed is in the model that it was made for.
type step struct {
	name   string
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
	uuid, offering := want.UUID.ValueString(), want.InstanceOfferingUUID.ValueString()
	paused, change := have.State.ValueString() == "paused", !want.State.Equal(have.State)
	return []step{
		{"stop the VM", change && want.State.ValueString() == stopped, func(ctx context.Context) error {
			_, err := actions.StopVmInstanceAction{UUID: uuid}.Call(ctx, r.client)
			return err
		}, func() { have.State = want.State }},
		{"rename or describe the VM", !want.Name.Equal(have.Name) || !want.Description.Equal(have.Description), func(ctx context.Context) error {
			_, err := actions.UpdateVmInstanceAction{
				UUID: uuid, Name: new(want.Name.ValueString()), Description: new(want.Description.ValueString()),
			}.Call(ctx, r.client)
			return err
		}, func() { have.Name, have.Description = want.Name, want.Description }},
		{"change the instance offering of the VM", !want.InstanceOfferingUUID.Equal(have.InstanceOfferingUUID), func(ctx context.Context) error {
			_, err := actions.ChangeInstanceOfferingAction{VmInstanceUUID: uuid, InstanceOfferingUUID: offering}.Call(ctx, r.client)
			return err
		}, func() { have.InstanceOfferingUUID = want.InstanceOfferingUUID }},
		{"change the networks of the VM", !want.L3NetworkUUIDs.Equal(have.L3NetworkUUIDs), func(ctx context.Context) error {
			return r.connect(ctx, uuid, networks)
		}, func() { have.L3NetworkUUIDs = want.L3NetworkUUIDs }},
		{"start the VM", change && want.State.ValueString() == running, func(ctx context.Context) error {
			return r.start(ctx, uuid, paused)
		}, func() { have.State = want.State }},
	}
}

func (r *vmResource) start(ctx context.Context, uuid string, paused bool) error {
	if paused {
		_, err := actions.ResumeVmInstanceAction{UUID: uuid}.Call(ctx, r.client)
		return err
	}
	_, err := actions.StartVmInstanceAction{UUID: uuid}.Call(ctx, r.client)
	return err
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
