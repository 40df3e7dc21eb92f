package core_test

import (
	"context"
	"errors"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
)

const thing = "fake_thing"

var schema = &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
	{Name: "id", Type: tftypes.String, Computed: true},
	{Name: "name", Type: tftypes.String, Required: true},
	{Name: "tags", Type: tftypes.List{ElementType: tftypes.String}, Optional: true},
}}}

// A fake is a provider that plans "id" as unknown and the rest as proposed, and whose apply a
// test chooses.
type fake struct {
	tfprotov6.ProviderServer
	apply  func(planned map[string]tftypes.Value) tftypes.Value
	diags  []*tfprotov6.Diagnostic
	broken error
}

func (f *fake) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider:        &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		ResourceSchemas: map[string]*tfprotov6.Schema{thing: schema},
	}, f.broken
}

func (f *fake) ValidateProviderConfig(context.Context, *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{}, nil
}

func (f *fake) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (f *fake) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (f *fake) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	value, err := r.ProposedNewState.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	planned := make(map[string]tftypes.Value)
	if err := value.As(&planned); err != nil {
		return nil, err
	}
	planned["id"] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: encoded(tftypes.NewValue(schema.ValueType(), planned))}, nil
}

func (f *fake) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	value, err := r.PlannedState.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	planned := make(map[string]tftypes.Value)
	if err := value.As(&planned); err != nil {
		return nil, err
	}
	return &tfprotov6.ApplyResourceChangeResponse{NewState: encoded(f.apply(planned)), Diagnostics: f.diags}, nil
}

func encoded(v tftypes.Value) *tfprotov6.DynamicValue {
	d, err := tfprotov6.NewDynamicValue(schema.ValueType(), v)
	if err != nil {
		panic(err)
	}
	return &d
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

func object(m map[string]tftypes.Value) tftypes.Value { return tftypes.NewValue(schema.ValueType(), m) }

// What a provider may not do is an error, as it is one in Terraform.
func TestWhatTerraformDemands(t *testing.T) {
	t.Parallel()
	failed := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "it failed"}}
	null := tftypes.NewValue(schema.ValueType(), nil)
	for name, test := range map[string]struct {
		apply   func(map[string]tftypes.Value) tftypes.Value
		diags   []*tfprotov6.Diagnostic
		want    string // in the error; empty for none
		tainted bool
	}{
		"as planned": {func(m map[string]tftypes.Value) tftypes.Value { m["id"] = text("1"); return object(m) }, nil, "", false},
		"unknown":    {object, nil, "left values unknown", true},
		"another name": {func(m map[string]tftypes.Value) tftypes.Value {
			m["id"], m["name"] = text("1"), text("b")
			return object(m)
		}, nil, "made name b, and had planned a", true},
		"nothing": {func(map[string]tftypes.Value) tftypes.Value { return null }, nil, "the state is null", false},
		"an error, and nothing there": {
			func(map[string]tftypes.Value) tftypes.Value { return null }, failed, "ERROR: it failed", false,
		},
		"an error, and something there": {func(m map[string]tftypes.Value) tftypes.Value {
			m["id"], m["name"] = text("1"), text("b")
			return object(m)
		}, failed, "ERROR: it failed", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := core.Start(t.Context(), &fake{apply: test.apply, diags: test.diags}, nil)
			require.NoError(t, err)
			plan, err := c.Plan(t.Context(), thing, nil, core.Config{"name": "a", "tags": []string{"x", "y"}})
			require.NoError(t, err)
			require.Equal(t, []string{"id", "name", "tags"}, plan.Changes)
			require.Nil(t, plan.Before("name"))
			require.Equal(t, []string{"x", "y"}, plan.After("tags"))
			r, err := c.Apply(t.Context(), plan)
			if test.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, test.want)
			}
			require.Equal(t, test.tainted, r != nil && r.Tainted)
		})
	}
}

func TestBlocksThatDoNotFit(t *testing.T) {
	t.Parallel()
	c, err := core.Start(t.Context(), new(fake), nil)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		resource string
		block    core.Config
		want     string
	}{
		"no such resource":  {"fake_other", nil, "the provider has no resource fake_other"},
		"no such attribute": {thing, core.Config{"nmae": "a"}, "there is no attribute nmae"},
		"another type":      {thing, core.Config{"name": []string{"a"}}, "name: got a []string, want a tftypes.String"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Plan(t.Context(), test.resource, nil, test.block)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestABrokenProvider(t *testing.T) {
	t.Parallel()
	broken := errors.New("it broke")
	_, err := core.Start(t.Context(), &fake{broken: broken}, nil)
	require.ErrorIs(t, err, broken)
}

func TestDiagnostics(t *testing.T) {
	t.Parallel()
	diags := core.Diagnostics{
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "wrong", Detail: "This is wrong.", Attribute: tftypes.NewAttributePath().WithAttributeName("name")},
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "careful"},
	}
	require.Equal(t, "ERROR: wrong (AttributeName(\"name\"))\nThis is wrong.\nWARNING: careful\n", diags.Error())
}
