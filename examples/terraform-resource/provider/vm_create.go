package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	tftypes "github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zstack-go/zstack-go/zstack"
)

// Create creates the VM. Its UUID is the provider's choice, so that it is known before the
// server has the call: it is in the state from the moment that there may be a VM, whatever
// goes wrong later. Terraform marks such a resource as tainted and replaces it next time.
func (r *vmResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var vm vmModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &vm)...)
	timeout, diags := vm.Timeouts.Create(ctx, createTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	vm.UUID = tftypes.StringValue(zstack.NewUUID())
	vm.IPs = tftypes.ListNull(tftypes.StringType)
	if r.create(ctx, &vm, resp); resp.Diagnostics.HasError() {
		return
	}
	found, diags := r.await(ctx, vm.UUID.ValueString(), vm.State.ValueString())
	resp.Diagnostics.Append(diags...)
	if found == nil {
		return
	}
	vm.State = tftypes.StringValue(stateOf(found))
	vm.IPs, diags = addresses(ctx, found)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &vm)...)
}

// create sends the call and waits for its job. Afterwards the VM is in the state, unless it
// is certain that there is none.
func (r *vmResource) create(ctx context.Context, vm *vmModel, resp *resource.CreateResponse) {
	action, diags := vm.creation(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	job, err := action.Start(ctx, r.client)
	var unknown *zstack.UnknownOutcomeError
	if err != nil && !errors.As(err, &unknown) {
		report(&resp.Diagnostics, "create the VM", err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, vm)...)
	if err == nil {
		_, err = job.Wait(ctx)
	}
	if err == nil {
		return
	}
	report(&resp.Diagnostics, "create the VM", err)
	if undone(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.AddWarning("The VM is kept in the state",
		"The server may have created the VM "+vm.UUID.ValueString()+", or still be at it. It is in the state, so that it is not "+
			"lost. If it is there, the next apply replaces it, unless terraform untaint is called first.")
}

// undone reports whether a creation ended with an error of the server's own, which undoes
// what it had begun.
func undone(err error) bool {
	var unknown *zstack.UnknownOutcomeError
	var failed *zstack.Error
	return !errors.As(err, &unknown) && errors.As(err, &failed) && failed.Code != nil
}
