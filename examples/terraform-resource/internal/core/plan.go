package core

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// An Action is what a plan is going to do.
type Action string

// The actions.
const (
	None    Action = "no changes"
	Create  Action = "create"
	Update  Action = "update in place"
	Replace Action = "replace"
	Delete  Action = "destroy"
)

// A Plan is what an apply would do with one resource.
type Plan struct {
	Action Action
	// Changes are the attributes that change, sorted.
	Changes []string

	resource *Resource
	schema   *tfprotov6.Schema
	config   tftypes.Value
	prior    tftypes.Value
	planned  tftypes.Value
	private  []byte
}

// Before and After return an attribute as it is and as it is going to be: nil where it is
// null, and Unknown where it is known after the apply.
func (p *Plan) Before(name string) any { return fromValue(members(p.resource.value)[name]) }
func (p *Plan) After(name string) any  { return fromValue(members(p.planned)[name]) }

// Validate checks the block of a resource.
func (c *Core) Validate(ctx context.Context, resource string, block Config) error {
	schema, err := c.Schema(resource)
	if err != nil {
		return err
	}
	_, config, err := encode(schema, block)
	if err != nil {
		return err
	}
	reply, err := c.provider.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: resource, Config: config})
	if err != nil {
		return err
	}
	return check(reply.Diagnostics)
}

// Plan checks the block of a resource and plans how the resource, which is nil before it has
// been created, comes to be as the block says.
func (c *Core) Plan(ctx context.Context, resource string, have *Resource, block Config) (*Plan, error) {
	if err := c.Validate(ctx, resource, block); err != nil {
		return nil, err
	}
	schema, err := c.Schema(resource)
	if err != nil {
		return nil, err
	}
	config, _, err := encode(schema, block)
	if err != nil {
		return nil, err
	}
	null := tftypes.NewValue(schema.ValueType(), nil)
	if have == nil {
		have = &Resource{Type: resource, value: null}
	}
	p := &Plan{resource: have, schema: schema, config: config, prior: have.value, private: have.private}
	if have.Tainted {
		p.prior = null
	}
	replace, err := c.plan(ctx, p)
	if err != nil {
		return nil, err
	}
	if replace {
		// A replacement is planned as the creation that it is.
		p.prior, p.private = null, nil
		if _, err := c.plan(ctx, p); err != nil {
			return nil, err
		}
	}
	p.Changes = changes(have.value, p.planned)
	switch {
	case have.value.IsNull():
		p.Action = Create
	case replace || have.Tainted:
		p.Action = Replace
	case len(p.Changes) > 0:
		p.Action = Update
	default:
		p.Action = None
	}
	return p, nil
}

// PlanDelete plans to destroy the resource.
func (c *Core) PlanDelete(ctx context.Context, have *Resource) (*Plan, error) {
	schema, err := c.Schema(have.Type)
	if err != nil {
		return nil, err
	}
	null := tftypes.NewValue(schema.ValueType(), nil)
	p := &Plan{Action: Delete, resource: have, schema: schema, config: null, prior: have.value, private: have.private}
	_, err = c.plan(ctx, p)
	return p, err
}

// plan asks the provider for the planned value.
func (c *Core) plan(ctx context.Context, p *Plan) (replace bool, err error) {
	var encoded [3]*tfprotov6.DynamicValue
	for i, value := range []tftypes.Value{p.prior, proposed(p.schema, p.prior, p.config), p.config} {
		if encoded[i], err = dynamic(p.schema, value); err != nil {
			return false, err
		}
	}
	reply, err := c.provider.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.resource.Type, PriorState: encoded[0], ProposedNewState: encoded[1], Config: encoded[2], PriorPrivate: p.private,
	})
	if err != nil {
		return false, err
	}
	if err := check(reply.Diagnostics); err != nil {
		return false, err
	}
	p.private = reply.PlannedPrivate
	p.planned, err = reply.PlannedState.Unmarshal(p.schema.ValueType())
	return len(reply.RequiresReplace) > 0, err
}

// proposed is the block with what the provider has computed before, where the block does
// not say otherwise.
func proposed(schema *tfprotov6.Schema, prior, config tftypes.Value) tftypes.Value {
	if config.IsNull() || prior.IsNull() {
		return config
	}
	merged, before := maps.Clone(members(config)), members(prior)
	for _, attribute := range schema.Block.Attributes {
		if attribute.Computed && merged[attribute.Name].IsNull() {
			merged[attribute.Name] = before[attribute.Name]
		}
	}
	return tftypes.NewValue(schema.ValueType(), merged)
}

// changes returns the names of the attributes that differ, sorted.
func changes(a, b tftypes.Value) []string {
	var names []string
	before, after := members(a), members(b)
	for name, value := range after {
		if old, ok := before[name]; !ok && !(value.IsKnown() && value.IsNull()) || ok && !old.Equal(value) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
