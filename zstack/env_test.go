package zstack_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/zstack-go/zstack-go/zstack"
)

// setEnv sets the variables of maps, the later ones over the earlier, and no others.
func setEnv(t *testing.T, maps ...map[string]string) {
	t.Helper()
	for _, variable := range []string{
		"ZSTACK_ENDPOINT", "ZSTACK_HOST", "ZSTACK_PORT", "ZSTACK_CONTEXT_PATH", "ZSTACK_CA_FILE", "ZSTACK_INSECURE", "ZSTACK_TIME_ZONE", "ZSTACK_PRODUCT",
		"ZSTACK_READ_ONLY", "ZSTACK_SESSION_ID", "ZSTACK_ACCESS_KEY_ID", "ZSTACK_ACCESS_KEY_SECRET", "ZSTACK_ACCOUNT", "ZSTACK_PASSWORD",
		"ZSTACK_ACCOUNT_NAME", "ZSTACK_ACCOUNT_PASSWORD",
	} {
		t.Setenv(variable, "")
	}
	for _, m := range maps {
		for variable, value := range m {
			t.Setenv(variable, value)
		}
	}
}

func TestClientFromEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		env       map[string]string
		authorize string // how the Authorization header begins
		refused   string // the field
	}{
		"session":                   {env: map[string]string{"ZSTACK_SESSION_ID": "s1"}, authorize: "OAuth s1"},
		"access key":                {env: map[string]string{"ZSTACK_ACCESS_KEY_ID": "AK", "ZSTACK_ACCESS_KEY_SECRET": "SK"}, authorize: "ZStack AK:"},
		"session before access key": {env: map[string]string{"ZSTACK_SESSION_ID": "s1", "ZSTACK_ACCESS_KEY_ID": "AK"}, authorize: "OAuth s1"},
		"access key before account": {env: map[string]string{"ZSTACK_ACCESS_KEY_ID": "AK", "ZSTACK_ACCESS_KEY_SECRET": "SK", "ZSTACK_ACCOUNT": "admin"}, authorize: "ZStack AK:"},
		"account":                   {env: map[string]string{"ZSTACK_ACCOUNT": "admin", "ZSTACK_PASSWORD": "password"}, authorize: "OAuth from-login"},
		"half an access key":        {env: map[string]string{"ZSTACK_ACCESS_KEY_ID": "AK"}, refused: "ZSTACK_ACCESS_KEY_SECRET"},
		"the other half":            {env: map[string]string{"ZSTACK_ACCESS_KEY_SECRET": "SK"}, refused: "ZSTACK_ACCESS_KEY_ID"},
		"no password":               {env: map[string]string{"ZSTACK_ACCOUNT": "admin"}, refused: "ZSTACK_PASSWORD"},
		"no account":                {env: map[string]string{"ZSTACK_PASSWORD": "password"}, refused: "ZSTACK_ACCOUNT"},
		"account of the tools":      {env: map[string]string{"ZSTACK_ACCOUNT_NAME": "admin", "ZSTACK_ACCOUNT_PASSWORD": "password"}, authorize: "OAuth from-login"},
		"account before the tools'": {env: map[string]string{"ZSTACK_ACCOUNT": "admin", "ZSTACK_ACCOUNT_PASSWORD": "password"}, refused: "ZSTACK_PASSWORD"},
		"no password of the tools":  {env: map[string]string{"ZSTACK_ACCOUNT_NAME": "admin"}, refused: "ZSTACK_ACCOUNT_PASSWORD"},
		"no account of the tools":   {env: map[string]string{"ZSTACK_ACCOUNT_PASSWORD": "password"}, refused: "ZSTACK_ACCOUNT_NAME"},
		"no endpoint":               {env: map[string]string{"ZSTACK_ENDPOINT": "", "ZSTACK_SESSION_ID": "s1"}, refused: "ZSTACK_ENDPOINT"},
		"nothing but an endpoint":   {authorize: "none"},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, map[string]string{"ZSTACK_ENDPOINT": "mn-of-env:1234"}, test.env)
			var authorization, host string
			c, err := zstack.NewClientFromEnv(zstack.WithHTTPClient(&http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
				authorization, host = r.Header.Get("Authorization"), r.URL.Host
				return reply(200, `{"inventory":{"uuid":"from-login"}}`)
			})}))
			if test.refused != "" {
				var refused *zstack.ValidationError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, test.refused, refused.Field)
				return
			}
			require.NoError(t, err)
			err = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			if test.authorize == "none" {
				requireRefused(t, err, "sessionId", zstack.ConstraintRequired)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "mn-of-env:1234", host)
			require.True(t, strings.HasPrefix(authorization, test.authorize), authorization)
		})
	}
}

func TestOptionsOverrideTheEnvironment(t *testing.T) {
	setEnv(t, map[string]string{"ZSTACK_ENDPOINT": "mn", "ZSTACK_SESSION_ID": "of-env"})
	rec := record(always(200, "{}"))
	c, err := zstack.NewClientFromEnv(zstack.WithHTTPClient(&http.Client{Transport: rec}), zstack.WithCredentials(zstack.Session("of-option")))
	require.NoError(t, err)
	require.NoError(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil))
	require.Equal(t, "OAuth of-option", rec.only(t).Header.Get("Authorization"))
}

func TestEndpointFromEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		env     map[string]string
		want    string // how the client is printed
		refused string // the field
	}{
		"endpoint":             {env: map[string]string{"ZSTACK_ENDPOINT": "https://mn/cloud"}, want: "https://mn:443/cloud/v1"},
		"host":                 {env: map[string]string{"ZSTACK_HOST": "mn"}, want: "http://mn:8080/zstack/v1"},
		"host and port":        {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_PORT": "9000"}, want: "http://mn:9000/zstack/v1"},
		"address and port":     {env: map[string]string{"ZSTACK_HOST": "fd00::1", "ZSTACK_PORT": "9000"}, want: "http://[fd00::1]:9000/zstack/v1"},
		"endpoint before host": {env: map[string]string{"ZSTACK_ENDPOINT": "mn1", "ZSTACK_HOST": "mn2", "ZSTACK_PORT": "x"}, want: "http://mn1:8080/zstack/v1"},
		"context path":         {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_CONTEXT_PATH": "/proxy/cloud"}, want: "http://mn:8080/proxy/cloud/v1"},
		"empty context path":   {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_CONTEXT_PATH": "/"}, want: "http://mn:8080/v1"},
		"port alone":           {env: map[string]string{"ZSTACK_PORT": "9000"}, refused: "ZSTACK_HOST"},
		"URL as a host":        {env: map[string]string{"ZSTACK_HOST": "http://mn"}, refused: "ZSTACK_HOST"},
		"port that is none":    {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_PORT": "90000"}, refused: "ZSTACK_PORT"},
		"wrong context path":   {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_CONTEXT_PATH": "a?b"}, refused: "ZSTACK_CONTEXT_PATH"},
		"wrong zone":           {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_TIME_ZONE": "Moon/Tycho"}, refused: "ZSTACK_TIME_ZONE"},
		"wrong product":        {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_PRODUCT": "windows"}, refused: "ZSTACK_PRODUCT"},
		"wrong switch":         {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_READ_ONLY": "yes"}, refused: "ZSTACK_READ_ONLY"},
		"no CA file":           {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_CA_FILE": "/nowhere/ca.pem"}, refused: "ZSTACK_CA_FILE"},
		"no certificate":       {env: map[string]string{"ZSTACK_HOST": "mn", "ZSTACK_CA_FILE": "env_test.go"}, refused: "ZSTACK_CA_FILE"},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, test.env)
			c, err := zstack.NewClientFromEnv()
			if test.refused != "" {
				var refused *zstack.ValidationError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, test.refused, refused.Field)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "zstack.Client("+test.want+")", c.String())
		})
	}
}

func TestSettingsFromEnvironment(t *testing.T) {
	setEnv(t, map[string]string{
		"ZSTACK_HOST": "mn", "ZSTACK_SESSION_ID": "s", "ZSTACK_TIME_ZONE": "Asia/Shanghai", "ZSTACK_READ_ONLY": "true", "ZSTACK_PRODUCT": "ZSphere",
	})
	rec := record(always(200, "{}"))
	c, err := zstack.NewClientFromEnv(zstack.WithHTTPClient(&http.Client{Transport: rec}))
	require.NoError(t, err)
	require.Equal(t, "Asia/Shanghai", c.Location().String())
	requireRefused(t, c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil), "", zstack.ConstraintReadOnly)
	c, err = zstack.NewClientFromEnv(zstack.WithLocation(time.UTC))
	require.NoError(t, err)
	require.Equal(t, time.UTC, c.Location(), "options override the environment")
}

func TestCertificatesFromEnvironment(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	for name, test := range map[string]struct {
		env map[string]string
		ok  bool
	}{
		"a certificate that nobody knows": {env: map[string]string{}},
		"its authority":                   {env: map[string]string{"ZSTACK_CA_FILE": file}, ok: true},
		"any certificate":                 {env: map[string]string{"ZSTACK_INSECURE": "1"}, ok: true},
		"none but those that are known":   {env: map[string]string{"ZSTACK_INSECURE": "false"}},
	} {
		t.Run(name, func(t *testing.T) {
			setEnv(t, map[string]string{"ZSTACK_ENDPOINT": server.URL, "ZSTACK_SESSION_ID": "s"}, test.env)
			c, err := zstack.NewClientFromEnv(zstack.WithMaxRetries(0))
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, c.Close(t.Context())) })
			err = c.Call(t.Context(), recoverVM{UUID: vmUUID}, nil)
			if test.ok {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, "certificate")
			}
		})
	}
	setEnv(t, map[string]string{"ZSTACK_ENDPOINT": server.URL, "ZSTACK_CA_FILE": file, "ZSTACK_INSECURE": "true"})
	_, err := zstack.NewClientFromEnv()
	requireRefused(t, err, "ZSTACK_INSECURE", zstack.ConstraintConflict)
	setEnv(t, map[string]string{"ZSTACK_ENDPOINT": server.URL, "ZSTACK_CA_FILE": file})
	_, err = zstack.NewClientFromEnv(zstack.WithHTTPClient(http.DefaultClient))
	require.NoError(t, err, "options override the environment")
}
