package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/zstack-go/zstack-go/zstack"
)

// settings are the attributes of the provider's block.
type settings struct {
	Endpoint        types.String `tfsdk:"endpoint"`
	Account         types.String `tfsdk:"account"`
	Password        types.String `tfsdk:"password"`
	AccessKeyID     types.String `tfsdk:"access_key_id"`
	AccessKeySecret types.String `tfsdk:"access_key_secret"`
	SessionID       types.String `tfsdk:"session_id"`
}

// Schema describes the provider's block.
func (p *Provider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Resources of a ZStack management node. An empty block takes the endpoint and the " +
			"credentials from the variables `ZSTACK_ENDPOINT`, `ZSTACK_ACCOUNT`, `ZSTACK_PASSWORD` and so on. " +
			"Credentials in the block replace those of the environment; an endpoint in the block is used with " +
			"credentials in the block only, so that no password is sent where it does not belong.",
		Attributes: map[string]schema.Attribute{
			"endpoint": setting("The management node: a host, a host with a port, or a URL."),
			"account":  setting("The account to log in to.", needs("password"), excludes("access_key_id", "session_id")),
			"password": secret("The password of the account.", needs("account")),
			"access_key_id": setting("The access key to sign requests with, in place of an account.",
				needs("access_key_secret"), excludes("session_id")),
			"access_key_secret": secret("The secret of the access key.", needs("access_key_id")),
			"session_id":        secret("A session that was opened elsewhere, in place of an account."),
		},
	}
}

func setting(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description,
		Validators: append(validators, stringvalidator.LengthAtLeast(1)),
	}
}

func secret(description string, validators ...validator.String) schema.StringAttribute {
	attribute := setting(description, validators...)
	attribute.Sensitive = true
	return attribute
}

func needs(attribute string) validator.String {
	return stringvalidator.AlsoRequires(path.MatchRoot(attribute))
}

func excludes(attributes ...string) validator.String {
	var others []path.Expression
	for _, attribute := range attributes {
		others = append(others, path.MatchRoot(attribute))
	}
	return stringvalidator.ConflictsWith(others...)
}

// requireKnown refuses values that are known only when something else has been created.
func (s *settings) requireKnown(diags *diag.Diagnostics) {
	for _, setting := range []struct {
		name  string
		value types.String
	}{
		{"endpoint", s.Endpoint},
		{"account", s.Account}, {"password", s.Password},
		{"access_key_id", s.AccessKeyID}, {"access_key_secret", s.AccessKeySecret},
		{"session_id", s.SessionID},
	} {
		if setting.value.IsUnknown() {
			diags.AddAttributeError(path.Root(setting.name), "The value is not known yet",
				"The management node can only be asked with a value that does not depend on what is yet to be created. "+
					"Apply the resources that it depends on first, with -target.")
		}
	}
}

// client returns a client for what the block says, and for what the environment says where
// the block says nothing.
func (s *settings) client(options []zstack.Option) (*zstack.Client, error) {
	credentials, given := s.credentials()
	if given {
		options = append([]zstack.Option{zstack.WithCredentials(credentials)}, options...)
	}
	if s.Endpoint.IsNull() {
		return zstack.NewClientFromEnv(options...)
	}
	if !given {
		return nil, errNoCredentials
	}
	return zstack.NewClient(s.Endpoint.ValueString(), options...)
}

var errNoCredentials = errors.New("an endpoint in the provider's block needs credentials there: " +
	"account and password, access_key_id and access_key_secret, or session_id")

func (s *settings) credentials() (c zstack.Credentials, given bool) {
	switch {
	case !s.SessionID.IsNull():
		return zstack.Session(s.SessionID.ValueString()), true
	case !s.AccessKeyID.IsNull():
		return zstack.AccessKey(s.AccessKeyID.ValueString(), s.AccessKeySecret.ValueString()), true
	case !s.Account.IsNull():
		return zstack.Account(s.Account.ValueString(), s.Password.ValueString()), true
	}
	return zstack.Credentials{}, false
}
