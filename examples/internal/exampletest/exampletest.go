// Package exampletest runs examples in their tests.
package exampletest

import (
	"strings"
	"testing"

	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

// Simulated runs a program without a management node in the environment, and returns what it
// printed.
func Simulated(t *testing.T, p example.Program, args ...string) (string, error) {
	t.Helper()
	t.Setenv("ZSTACK_ENDPOINT", "")
	t.Setenv("ZSTACK_HOST", "")
	var out strings.Builder
	err := p.Execute(t.Context(), &out, args)
	return out.String(), err
}

// On runs a program on a node that the environment names.
func On(t *testing.T, node *zstacktest.Server, p example.Program, args ...string) (string, error) {
	t.Helper()
	t.Setenv("ZSTACK_ENDPOINT", node.URL)
	t.Setenv("ZSTACK_ACCOUNT", "admin")
	t.Setenv("ZSTACK_PASSWORD", "password")
	var out strings.Builder
	err := p.Execute(t.Context(), &out, args)
	return out.String(), err
}
