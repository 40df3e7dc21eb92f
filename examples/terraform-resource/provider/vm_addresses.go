package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// keepAddresses plans the addresses that a VM has. They are unknown where its networks or its
// state change: a VM that was recovered gets addresses when it is started.
type keepAddresses struct{}

func (keepAddresses) Description(context.Context) string {
	return "The addresses stay as they are while networks and state do."
}

func (k keepAddresses) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (keepAddresses) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if req.State.Raw.IsNull() || req.StateValue.IsNull() {
		return
	}
	var networksHad, networks types.Set
	var stateHad, state types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("l3_network_uuids"), &networksHad)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("l3_network_uuids"), &networks)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("state"), &stateHad)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("state"), &state)...)
	if networks.Equal(networksHad) && state.Equal(stateHad) {
		resp.PlanValue = req.StateValue
	}
}
