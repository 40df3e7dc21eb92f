package core

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Apply does what was planned and returns what the state has of the resource then: nil when
// there is none, and something beside an error when a part was done.
func (c *Core) Apply(ctx context.Context, p *Plan) (*Resource, error) {
	if p.Action == None {
		return p.had(), nil
	}
	if p.Action == Replace {
		deletion, err := c.PlanDelete(ctx, p.resource)
		if err != nil {
			return p.had(), err
		}
		if left, err := c.Apply(ctx, deletion); err != nil || left != nil {
			return left, err
		}
	}
	var encoded [3]*tfprotov6.DynamicValue
	for i, value := range []tftypes.Value{p.prior, p.planned, p.config} {
		var err error
		if encoded[i], err = dynamic(p.schema, value); err != nil {
			return p.had(), err
		}
	}
	reply, err := c.provider.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.resource.Type, PriorState: encoded[0], PlannedState: encoded[1], Config: encoded[2], PlannedPrivate: p.private,
	})
	if err != nil {
		return p.had(), err
	}
	value, err := reply.NewState.Unmarshal(p.schema.ValueType())
	if err != nil {
		return p.had(), err
	}
	err = check(reply.Diagnostics)
	if broken := conforms(p, value, err != nil); broken != nil {
		err = errors.Join(err, broken)
	}
	if value.IsNull() {
		return nil, err
	}
	tainted := err != nil && p.prior.IsNull()
	return &Resource{Type: p.resource.Type, Tainted: tainted, value: value, private: reply.Private}, err
}

// had returns what the state had of the resource before the plan.
func (p *Plan) had() *Resource {
	if p.resource.value.IsNull() {
		return nil
	}
	return p.resource
}

// conforms says where a new state is not what Terraform accepts: everything has to be known,
// and, unless the provider reported an error, as it was planned.
func conforms(p *Plan, state tftypes.Value, failed bool) error {
	if !state.IsFullyKnown() {
		return errors.New("the provider left values unknown after the apply")
	}
	if failed {
		return nil
	}
	if p.planned.IsNull() != state.IsNull() {
		return fmt.Errorf("the state is null: %t, and was planned to be: %t", state.IsNull(), p.planned.IsNull())
	}
	after := members(state)
	for name, planned := range members(p.planned) {
		if planned.IsFullyKnown() && !planned.Equal(after[name]) {
			return fmt.Errorf("the provider made %s %v, and had planned %v", name, fromValue(after[name]), fromValue(planned))
		}
	}
	return nil
}
