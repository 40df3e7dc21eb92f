package example_test

import (
	"context"
	"errors"
	"flag"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/zstack-go/zstack-go/actions"
	"github.com/zstack-go/zstack-go/examples/internal/example"
	"github.com/zstack-go/zstack-go/zstack/zstacktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program prints its arguments, a flag and how many zones there are.
func program() example.Program {
	var loud bool
	return example.Program{
		Name: "zones", About: "Zones counts zones.", Args: "NAME [MORE...]",
		Flags: func(flags *flag.FlagSet) { flags.BoolVar(&loud, "loud", false, "shout") },
		Prepare: func(context.Context, *example.Run) ([]string, error) {
			return []string{"prepared"}, nil
		},
		Run: func(ctx context.Context, run *example.Run) error {
			n, err := actions.QueryZoneAction{}.Count(ctx, run.Client)
			run.Printf("%s %v %d\n", strings.Join(run.Args, ","), loud, n)
			return err
		},
	}
}

func TestExecute(t *testing.T) {
	node := zstacktest.NewServer(t)
	for name, tt := range map[string]struct {
		args   []string
		real   bool
		want   string // in the output
		failed string // in the error
	}{
		"simulated":              {nil, false, "prepared false 1\n", ""},
		"a flag":                 {[]string{"-loud"}, false, "prepared true 1\n", ""},
		"arguments":              {[]string{"a", "b", "c"}, false, "a,b,c false 1\n", ""},
		"help":                   {[]string{"-h"}, false, "Usage: go run ./examples/zones [flags] NAME [MORE...]\n\nZones counts zones.\n\nWithout ZSTACK_ENDPOINT", ""},
		"help about flags":       {[]string{"--help"}, false, "Flags:\n  -loud\n    \tshout\n", ""},
		"a node":                 {[]string{"a"}, true, "a false 0\n", ""},
		"a node and no argument": {nil, true, "", "wrong usage: got 0 arguments, want these: NAME [MORE...]"},
		"help with a node":       {[]string{"-h"}, true, "Usage", ""},
		"no such flag":           {[]string{"-quiet"}, false, "", "wrong usage: flag provided but not defined: -quiet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ZSTACK_ENDPOINT", "")
			if tt.real {
				t.Setenv("ZSTACK_ENDPOINT", node.URL)
				t.Setenv("ZSTACK_ACCOUNT", "admin")
				t.Setenv("ZSTACK_PASSWORD", "password")
			}
			var out strings.Builder
			err := program().Execute(t.Context(), &out, tt.args)
			if tt.failed != "" {
				require.ErrorContains(t, err, tt.failed)
				require.Empty(t, out.String())
				return
			}
			require.NoError(t, err)
			require.Contains(t, out.String(), tt.want)
		})
	}
}

func TestTooManyArguments(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	p := program()
	p.Args = "NAME [OTHER]"
	require.ErrorContains(t, p.Execute(t.Context(), new(strings.Builder), []string{"a", "b", "c"}), "got 3 arguments, want these: NAME [OTHER]")
	p.Args = ""
	require.ErrorContains(t, p.Execute(t.Context(), new(strings.Builder), []string{"a"}), "got 1 arguments, want none")
}

func TestAnErrorInPreparing(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	broken := errors.New("broken")
	p := program()
	p.Prepare = func(context.Context, *example.Run) ([]string, error) { return nil, broken }
	require.ErrorIs(t, p.Execute(t.Context(), new(strings.Builder), nil), broken)
}

func TestWithoutCredentials(t *testing.T) {
	t.Setenv("ZSTACK_ENDPOINT", "")
	t.Setenv("ZSTACK_HOST", "127.0.0.1")
	t.Setenv("ZSTACK_ACCOUNT", "admin")
	t.Setenv("ZSTACK_PASSWORD", "")
	require.ErrorContains(t, program().Execute(t.Context(), new(strings.Builder), []string{"a"}), "ZSTACK_PASSWORD")
}
