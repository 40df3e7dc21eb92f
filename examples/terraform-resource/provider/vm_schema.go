package provider

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// trimmed is a text without white space at its ends, where the server would lose it: the
// next plan would then want to put it back.
var trimmed = stringvalidator.RegexMatches(regexp.MustCompile(`^(?s:\S(.*\S)?)?$`),
	"must not begin or end with white space, which the server does not keep")

// Schema describes zstack_vm.
func (r *vmResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A VM instance. Destroying it leaves a VM that can be recovered, until the server expunges it.",
		Attributes: map[string]schema.Attribute{
			"uuid": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The UUID of the VM.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				Required: true, MarkdownDescription: "The name of the VM. It is changed in place.",
				Validators: []validator.String{trimmed},
			},
			"description": schema.StringAttribute{
				Optional: true, MarkdownDescription: "A description in free text. It is changed in place.",
				Validators: []validator.String{trimmed},
			},
			"image_uuid": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The image that the root volume is made from. Another one makes another VM.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			},
			"instance_offering_uuid": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The instance offering: CPUs and memory. It is changed in place, which servers " +
					"may refuse while the VM runs.",
			},
			"l3_network_uuids": networksAttribute(),
			"state":            stateAttribute(),
			"ips":              addressesAttribute(),
			"timeouts":         timeouts.AttributesAll(ctx),
		},
	}
}

func networksAttribute() schema.SetAttribute {
	return schema.SetAttribute{
		Required: true, ElementType: types.StringType,
		MarkdownDescription: "The L3 networks that the VM has a NIC on, one at least. NICs are attached and " +
			"detached in place. The server chooses which has the default route.",
		Validators: []validator.Set{setvalidator.SizeAtLeast(1)},
	}
}

func stateAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, Computed: true, Default: stringdefault.StaticString(running),
		MarkdownDescription: "What the VM is to do: `running`, which is the default, or `stopped`. It is started " +
			"and stopped in place. A VM that is in another state, such as `paused`, shows that here.",
		Validators: []validator.String{stringvalidator.OneOf(running, stopped)},
	}
}

func addressesAttribute() schema.ListAttribute {
	return schema.ListAttribute{
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "The addresses of the VM, in the order of its NICs.",
		PlanModifiers:       []planmodifier.List{keepAddresses{}},
	}
}
