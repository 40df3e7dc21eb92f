// Package core plays the part of Terraform towards a provider that runs in the same process:
// it makes the requests of the plugin protocol that terraform plan, apply, refresh and import
// make, and holds the provider to what Terraform demands of the replies.
package core

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A Core uses one configured provider. It keeps no state: that is in the Resources.
type Core struct {
	provider tfprotov6.ProviderServer
	schemas  *tfprotov6.GetProviderSchemaResponse
}

// A Resource is what the state has of one resource.
type Resource struct {
	Type string
	// Tainted says that the creation went wrong, so that the next plan replaces it.
	Tainted bool

	value   tftypes.Value
	private []byte
}

// Get returns an attribute of the resource as a Config has it: nil where it is null.
func (r *Resource) Get(name string) any { return fromValue(members(r.value)[name]) }

// Start reads the schemas of a provider, checks the configuration of its block, and
// configures it.
func Start(ctx context.Context, provider tfprotov6.ProviderServer, block Config) (*Core, error) {
	schemas, err := provider.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	if err := check(schemas.Diagnostics); err != nil {
		return nil, err
	}
	c := &Core{provider: provider, schemas: schemas}
	_, config, err := encode(schemas.Provider, block)
	if err != nil {
		return nil, err
	}
	validated, err := provider.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		return nil, err
	}
	if err := check(validated.Diagnostics); err != nil {
		return nil, err
	}
	configured, err := provider.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.13.0", Config: config})
	if err != nil {
		return nil, err
	}
	return c, check(configured.Diagnostics)
}

// Schema returns the schema of a type of resource, or that of the provider's block for "".
func (c *Core) Schema(resource string) (*tfprotov6.Schema, error) {
	if resource == "" {
		return c.schemas.Provider, nil
	}
	schema, ok := c.schemas.ResourceSchemas[resource]
	if !ok {
		return nil, fmt.Errorf("the provider has no resource %s", resource)
	}
	return schema, nil
}

// Refresh reads the resource again. It returns nil when the resource is gone.
func (c *Core) Refresh(ctx context.Context, r *Resource) (*Resource, error) {
	schema, err := c.Schema(r.Type)
	if err != nil {
		return nil, err
	}
	current, err := dynamic(schema, r.value)
	if err != nil {
		return nil, err
	}
	reply, err := c.provider.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: r.Type, CurrentState: current, Private: r.private,
	})
	if err != nil {
		return nil, err
	}
	if err := check(reply.Diagnostics); err != nil {
		return nil, err
	}
	value, err := reply.NewState.Unmarshal(schema.ValueType())
	if err != nil || value.IsNull() {
		return nil, err
	}
	return &Resource{Type: r.Type, Tainted: r.Tainted, value: value, private: reply.Private}, nil
}

// Import takes a resource that exists into the state.
func (c *Core) Import(ctx context.Context, resource, id string) (*Resource, error) {
	schema, err := c.Schema(resource)
	if err != nil {
		return nil, err
	}
	reply, err := c.provider.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: resource, ID: id})
	if err != nil {
		return nil, err
	}
	if err := check(reply.Diagnostics); err != nil {
		return nil, err
	}
	if n := len(reply.ImportedResources); n != 1 {
		return nil, fmt.Errorf("got %d imported resources, want 1", n)
	}
	imported := reply.ImportedResources[0]
	value, err := imported.State.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	r, err := c.Refresh(ctx, &Resource{Type: resource, value: value, private: imported.Private})
	if err == nil && r == nil {
		err = fmt.Errorf("there is no %s to import with the id %s", resource, id)
	}
	return r, err
}

// encode makes an object of a schema out of a block.
func encode(schema *tfprotov6.Schema, block Config) (tftypes.Value, *tfprotov6.DynamicValue, error) {
	value, err := toValue(schema.ValueType(), block)
	if err != nil {
		return value, nil, err
	}
	encoded, err := dynamic(schema, value)
	return value, encoded, err
}

func dynamic(schema *tfprotov6.Schema, value tftypes.Value) (*tfprotov6.DynamicValue, error) {
	encoded, err := tfprotov6.NewDynamicValue(schema.ValueType(), value)
	return &encoded, err
}
