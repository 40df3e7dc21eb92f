package provider

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	tftypes "github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/types"
)

// The states that a VM can be given, and one in which it is resumed instead of started.
const (
	running = "running"
	stopped = "stopped"
	paused  = "paused"
)

// vmModel is a VM in Terraform's words: of the configuration, of a plan, or of the state.
type vmModel struct {
	UUID                 tftypes.String `tfsdk:"uuid"`
	Name                 tftypes.String `tfsdk:"name"`
	Description          tftypes.String `tfsdk:"description"`
	ImageUUID            tftypes.String `tfsdk:"image_uuid"`
	InstanceOfferingUUID tftypes.String `tfsdk:"instance_offering_uuid"`
	L3NetworkUUIDs       tftypes.Set    `tfsdk:"l3_network_uuids"`
	State                tftypes.String `tfsdk:"state"`
	IPs                  tftypes.List   `tfsdk:"ips"`
	Timeouts             timeouts.Value `tfsdk:"timeouts"`
}

// creation returns the call that creates the VM. What is not known yet is left unset.
func (m *vmModel) creation(ctx context.Context) (actions.CreateVmInstanceAction, diag.Diagnostics) {
	strategy := types.VmStrategyInstantStart
	if m.State.ValueString() == stopped {
		strategy = types.VmStrategyCreateStopped
	}
	networks, diags := m.networks(ctx)
	return actions.CreateVmInstanceAction{
		ResourceUUID:         known(m.UUID),
		Name:                 m.Name.ValueString(),
		Description:          known(m.Description),
		ImageUUID:            known(m.ImageUUID),
		InstanceOfferingUUID: known(m.InstanceOfferingUUID),
		L3NetworkUUIDs:       networks,
		Strategy:             &strategy,
	}, diags
}

func known(s tftypes.String) *string {
	if s.IsUnknown() {
		return nil
	}
	return s.ValueStringPointer()
}

// networks returns the UUIDs of the L3 networks that are known, sorted.
func (m *vmModel) networks(ctx context.Context) ([]string, diag.Diagnostics) {
	var values []tftypes.String
	if m.L3NetworkUUIDs.IsUnknown() {
		return nil, nil
	}
	diags := m.L3NetworkUUIDs.ElementsAs(ctx, &values, false)
	var uuids []string
	for _, value := range values {
		if !value.IsUnknown() {
			uuids = append(uuids, value.ValueString())
		}
	}
	slices.Sort(uuids)
	return uuids, diags
}

// show takes over what the server says of the VM.
func (m *vmModel) show(ctx context.Context, vm *types.VmInstanceInventory) diag.Diagnostics {
	m.UUID = tftypes.StringValue(vm.UUID)
	m.Name = tftypes.StringValue(vm.Name)
	// The server does not tell an empty description from none.
	if m.Description.ValueString() != vm.Description {
		m.Description = textOrNull(vm.Description)
	}
	m.ImageUUID = textOrNull(vm.ImageUUID)
	m.InstanceOfferingUUID = textOrNull(vm.InstanceOfferingUUID)
	m.State = tftypes.StringValue(stateOf(vm))
	networks := make([]string, 0, len(vm.VmNics))
	for _, nic := range vm.VmNics {
		if !slices.Contains(networks, nic.L3NetworkUUID) {
			networks = append(networks, nic.L3NetworkUUID)
		}
	}
	var diags, more diag.Diagnostics
	m.L3NetworkUUIDs, diags = tftypes.SetValueFrom(ctx, tftypes.StringType, networks)
	m.IPs, more = addresses(ctx, vm)
	return append(diags, more...)
}

func textOrNull(s string) tftypes.String {
	if s == "" {
		return tftypes.StringNull()
	}
	return tftypes.StringValue(s)
}

// stateOf returns what a VM does. What passes counts as what it leads to.
func stateOf(vm *types.VmInstanceInventory) string {
	switch vm.State {
	case types.VmStateRunning, types.VmStateStarting, types.VmStateRebooting, types.VmStateMigrating, types.VmStateResuming:
		return running
	case types.VmStateStopped, types.VmStateStopping, types.VmStateCreated, types.VmStateVolumeMigrating:
		return stopped
	}
	return strings.ToLower(vm.State)
}

// addresses returns the IP addresses of a VM, NIC by NIC.
func addresses(ctx context.Context, vm *types.VmInstanceInventory) (tftypes.List, diag.Diagnostics) {
	nics := slices.SortedFunc(slices.Values(vm.VmNics), func(a, b types.VmNicInventory) int {
		return cmp.Compare(a.DeviceID, b.DeviceID)
	})
	ips := make([]string, 0, len(nics))
	add := func(ip string) {
		if ip != "" && !slices.Contains(ips, ip) {
			ips = append(ips, ip)
		}
	}
	for _, nic := range nics {
		add(nic.IP)
		for _, used := range nic.UsedIPs {
			add(used.IP)
		}
	}
	return tftypes.ListValueFrom(ctx, tftypes.StringType, ips)
}
