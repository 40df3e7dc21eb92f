package provider

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
	"github.com/zstack-go/zstack-go/zstack"
)

// The time that each operation has where the attribute timeouts does not say otherwise.
const (
	createTimeout = 30 * time.Minute
	readTimeout   = 2 * time.Minute
	updateTimeout = 30 * time.Minute
	deleteTimeout = 10 * time.Minute
)

// vmResource is the resource zstack_vm.
type vmResource struct {
	client *zstack.Client
}

var (
	_ resource.ResourceWithConfigure      = (*vmResource)(nil)
	_ resource.ResourceWithImportState    = (*vmResource)(nil)
	_ resource.ResourceWithValidateConfig = (*vmResource)(nil)
)

// Metadata names the resource.
func (r *vmResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_vm"
}

// Configure takes the provider's client, which is not there yet when a configuration is only
// validated.
func (r *vmResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.client, _ = req.ProviderData.(*zstack.Client)
}

// ValidateConfig checks what the SDK would refuse to send, before anything is planned.
func (r *vmResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config vmModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	action, diags := config.creation(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Name.IsUnknown() {
		action.Name = "not known yet"
	}
	if err := zstack.Validate(action); err != nil {
		report(&resp.Diagnostics, "create the VM", err)
	}
}

// ImportState takes a VM by its UUID; Read then finds out the rest.
func (r *vmResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughID(ctx, path.Root("uuid"), req, resp)
}

// Read takes over what the server says. A VM that is gone, or destroyed and only kept for a
// while, is removed from the state, so that the next plan creates it again.
func (r *vmResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var have vmModel
	resp.Diagnostics.Append(req.State.Get(ctx, &have)...)
	timeout, diags := have.Timeouts.Read(ctx, readTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	vm, err := actions.GetVmInstance(ctx, r.client, have.UUID.ValueString())
	switch {
	case zstack.IsNotFound(err) || err == nil && vm.Deleted():
		resp.State.RemoveResource(ctx)
	case err != nil:
		report(&resp.Diagnostics, "read the VM", err)
	default:
		resp.Diagnostics.Append(have.show(ctx, vm)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &have)...)
	}
}

// Delete destroys the VM. That it is gone already is as good.
func (r *vmResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var have vmModel
	resp.Diagnostics.Append(req.State.Get(ctx, &have)...)
	timeout, diags := have.Timeouts.Delete(ctx, deleteTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := actions.DestroyVmInstanceAction{UUID: have.UUID.ValueString()}.Call(ctx, r.client)
	if err != nil && !zstack.IsNotFound(err) {
		report(&resp.Diagnostics, "destroy the VM", err)
	}
}

// await waits until the VM is in a state that lasts, and says if that is not the wanted one.
func (r *vmResource) await(ctx context.Context, uuid, want string) (vm *types.VmInstanceInventory, diags diag.Diagnostics) {
	vm, err := zstack.Until(ctx, r.client,
		func(ctx context.Context) (*types.VmInstanceInventory, error) {
			return actions.GetVmInstance(ctx, r.client, uuid)
		},
		func(vm *types.VmInstanceInventory) bool {
			return vm.State == types.VmStateRunning || !strings.HasSuffix(vm.State, "ing")
		})
	if err != nil {
		report(&diags, "read the VM after it was changed", err)
		return nil, diags
	}
	if state := stateOf(vm); state != want {
		diags.AddAttributeError(path.Root("state"), "The VM is not "+want,
			fmt.Sprintf("The server did all that it was asked for, but the VM %s is %s.", uuid, state))
	}
	return vm, diags
}
