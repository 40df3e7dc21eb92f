// Package provider is a Terraform provider for ZStack. It has one resource, zstack_vm, which
// shows how a resource is put on top of the SDK.
package provider

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/zstack-go/zstack-go/zstack"
)

// A Provider is the provider "zstack". It is safe for concurrent use.
type Provider struct {
	options []zstack.Option

	mu      sync.Mutex
	clients []*zstack.Client
}

// New returns a provider. Its clients get the options, after what the configuration says.
func New(options ...zstack.Option) *Provider {
	return &Provider{options: append([]zstack.Option{zstack.WithUserAgent("terraform-provider-zstack")}, options...)}
}

// Close logs out of the sessions that the provider has logged in to. The provider cannot be
// used after that.
func (p *Provider) Close(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, client := range p.clients {
		errs = append(errs, client.Close(ctx))
	}
	p.clients = nil
	return errors.Join(errs...)
}

// Metadata names the provider.
func (p *Provider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "zstack"
}

// Configure makes the client that the resources use. Nothing is sent before they do.
func (p *Provider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var settings settings
	resp.Diagnostics.Append(req.Config.Get(ctx, &settings)...)
	settings.requireKnown(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := settings.client(p.options)
	if err != nil {
		reportSettings(&resp.Diagnostics, err)
		return
	}
	p.mu.Lock()
	p.clients = append(p.clients, client)
	p.mu.Unlock()
	resp.ResourceData = client
}

// Resources are the resources of the provider.
func (p *Provider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return new(vmResource) }}
}

// DataSources are the data sources of the provider, of which there are none.
func (p *Provider) DataSources(context.Context) []func() datasource.DataSource { return nil }
