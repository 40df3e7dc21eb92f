package provider_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/examples/terraform-resource/internal/core"
	"github.com/zstack-go/zstack-go/examples/terraform-resource/provider"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

const session = "0123456789abcdef0123456789abcdef"

// noEnvironment takes away what the environment of the test says of a management node.
func noEnvironment(t *testing.T) {
	t.Helper()
	for _, name := range []string{
		"ENDPOINT", "HOST", "PORT", "CONTEXT_PATH", "CA_FILE", "INSECURE", "TIME_ZONE", "PRODUCT", "READ_ONLY", "SESSION_ID",
		"ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "ACCOUNT", "PASSWORD", "ACCOUNT_NAME", "ACCOUNT_PASSWORD",
	} {
		t.Setenv("ZSTACK_"+name, "")
	}
}

// start configures a provider and reads a VM of the node with it.
func start(t *testing.T, block core.Config, vm string) (*provider.Provider, error) {
	t.Helper()
	p := provider.New()
	t.Cleanup(func() { _ = p.Close(context.Background()) })
	terraform, err := core.Start(t.Context(), providerserver.NewProtocol6(p)(), block)
	if err != nil {
		return p, err
	}
	_, err = terraform.Import(t.Context(), vmType, vm)
	return p, err
}

func TestCredentials(t *testing.T) {
	for name, test := range map[string]struct {
		env   map[string]string
		block core.Config // the endpoint is "node" for the node's
	}{
		"account":     {nil, core.Config{"endpoint": "node", "account": "admin", "password": "a-password"}},
		"access key":  {nil, core.Config{"endpoint": "node", "access_key_id": "AKID", "access_key_secret": "a-secret"}},
		"session":     {nil, core.Config{"endpoint": "node", "session_id": session}},
		"environment": {map[string]string{"ZSTACK_ENDPOINT": "node", "ZSTACK_ACCOUNT": "admin", "ZSTACK_PASSWORD": "a-password"}, nil},
		"endpoint of the environment": {
			map[string]string{"ZSTACK_ENDPOINT": "node"}, core.Config{"account": "admin", "password": "a-password"},
		},
		"credentials of the block first": {
			map[string]string{"ZSTACK_ENDPOINT": "node", "ZSTACK_ACCOUNT": "admin", "ZSTACK_PASSWORD": "wrong"},
			core.Config{"account": "admin", "password": "a-password"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			noEnvironment(t)
			node := zstacktest.NewServer(t, zstacktest.WithAccount("admin", "a-password"),
				zstacktest.WithAccessKey("AKID", "a-secret"), zstacktest.WithSession(session))
			vm := node.Add("VmInstance", map[string]any{"name": "web"})
			for key, value := range test.env {
				if value == "node" {
					value = node.URL
				}
				t.Setenv(key, value)
			}
			block := core.Config{}
			for key, value := range test.block {
				if value == "node" {
					value = node.URL
				}
				block[key] = value
			}
			_, err := start(t, block, vm)
			require.NoError(t, err)
		})
	}
}

func TestWrongSettings(t *testing.T) {
	for name, test := range map[string]struct {
		block core.Config
		want  string
	}{
		"nothing":                         {nil, "ZSTACK_ENDPOINT"},
		"an endpoint without credentials": {core.Config{"endpoint": "mn"}, `(AttributeName("endpoint"))`},
		"no endpoint that could be": {
			core.Config{"endpoint": "ftp://mn", "account": "admin", "password": "a-password"}, `(AttributeName("endpoint"))`,
		},
		"no password": {core.Config{"endpoint": "mn", "account": "admin"}, `(AttributeName("account"))`},
		"no account":  {core.Config{"endpoint": "mn", "password": "a-password"}, `(AttributeName("password"))`},
		"no secret":   {core.Config{"endpoint": "mn", "access_key_id": "AKID"}, `(AttributeName("access_key_id"))`},
		"two kinds of credentials": {
			core.Config{"endpoint": "mn", "account": "admin", "password": "a-password", "session_id": session}, `(AttributeName("account"))`,
		},
		"an empty password": {core.Config{"endpoint": "mn", "account": "admin", "password": ""}, `(AttributeName("password"))`},
		"not known yet": {
			core.Config{"endpoint": "mn", "account": "admin", "password": core.Unknown}, `The value is not known yet (AttributeName("password"))`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			noEnvironment(t)
			_, err := start(t, test.block, session)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "a-password")
			require.NotContains(t, err.Error(), session)
		})
	}
}

// A wrong password is in no diagnostic.
func TestRefusedCredentials(t *testing.T) {
	noEnvironment(t)
	node := zstacktest.NewServer(t)
	_, err := start(t, core.Config{"endpoint": node.URL, "account": "admin", "password": "a-password"}, session)
	require.ErrorContains(t, err, "The server did not accept the credentials of the provider.")
	require.NotContains(t, err.Error(), "a-password")
}

func TestClosingLogsOut(t *testing.T) {
	noEnvironment(t)
	node := zstacktest.NewServer(t)
	vm := node.Add("VmInstance", map[string]any{"name": "web"})
	p, err := start(t, core.Config{"endpoint": node.URL, "account": "admin", "password": "password"}, vm)
	require.NoError(t, err)
	require.NoError(t, p.Close(t.Context()))
	requests := node.Requests()
	require.Equal(t, "LogOut", requests[len(requests)-1].Action)
}
