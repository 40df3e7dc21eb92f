package command

import (
	"context"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/zstack-go/zstack-go/examples/zs/internal/lang"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/examples/zs/internal/secrets"
)

// parameters reads a file of parameters.
func (p *program) parameters(ctx context.Context, path string) (map[string]any, error) {
	if path == "" {
		return nil, nil
	}
	var data []byte
	var err error
	if path == "-" {
		data, err = patiently(ctx, func() ([]byte, error) { return io.ReadAll(p.In) })
	} else {
		data, err = os.ReadFile(path)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, &params.UsageError{Message: err.Error(), Err: err}
	}
	if v, err := secrets.Decode(data); err == nil {
		if object, isObject := v.(map[string]any); isObject {
			return object, nil
		}
	}
	var values map[string]any
	if err := yaml.Unmarshal(data, &values); err != nil {
		return nil, &params.UsageError{Message: lang.S("%s has no parameters as JSON or YAML", path), Err: err}
	}
	return values, nil
}

// patiently reads input, which can be waited for without end, until the context ends.
func patiently(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type input struct {
		data []byte
		err  error
	}
	came := make(chan input, 1)
	go func() {
		data, err := read()
		came <- input{data, err}
	}()
	select {
	case i := <-came:
		return i.data, i.err
	case <-ctx.Done(): // The process ends, and with it who reads.
		return nil, ctx.Err()
	}
}

// extra reads parameters that the action does not have.
func extra(args []string) (map[string]any, error) {
	more := map[string]any{}
	for _, arg := range args {
		name, value, found := strings.Cut(arg, "=")
		if !found {
			return nil, usage("%q is not a parameter and its value, such as name=web", arg)
		}
		v, err := secrets.Decode([]byte(value))
		if err != nil {
			v = value
		}
		more[name] = v
	}
	return more, nil
}
