package assistant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/zstack-go/zstack-go/actions/registry"
	"github.com/zstack-go/zstack-go/examples/zs/internal/kinds"
	"github.com/zstack-go/zstack-go/examples/zs/internal/params"
	"github.com/zstack-go/zstack-go/examples/zs/internal/secrets"
	"github.com/zstack-go/zstack-go/zstack"
)

// bytesAtMost is how much a result has at most. An assistant has to read all of it.
const bytesAtMost = 100_000

type readInput struct {
	Action     string         `json:"action" jsonschema:"the name of the action, such as GetVmConsoleAddress"`
	Parameters map[string]any `json:"parameters,omitempty" jsonschema:"the parameters, as describe tells them"`
}

func (s *server) read(ctx context.Context, request *mcp.CallToolRequest, in readInput) (*mcp.CallToolResult, any, error) {
	ctx, cancel := s.limited(ctx)
	defer cancel()
	c, err := makeCall(ctx, request, in.Action)
	switch {
	case err != nil:
		return nil, nil, err
	case c.entry.Info().Query:
		return nil, nil, fmt.Errorf("%s is called by the tool query", kinds.Short(c.entry))
	case effectOf(c.entry) != reads:
		return nil, nil, fmt.Errorf("%s changes something, and read calls only what does not", kinds.Short(c.entry))
	}
	raw, err := s.typed(ctx, c.entry, c.action)
	if err == nil && len(raw) > bytesAtMost {
		err = fmt.Errorf("the result has %d bytes, more than %d: ask for less", len(raw), bytesAtMost)
	}
	return nil, raw, err
}

type runInput struct {
	Action     string         `json:"action" jsonschema:"the name of the action, such as StopVmInstance"`
	Parameters map[string]any `json:"parameters,omitempty" jsonschema:"the parameters, as describe tells them"`
	Confirm    []string       `json:"confirm,omitempty" jsonschema:"the names of what the action destroys, if it destroys something"`
}

func (s *server) run(ctx context.Context, request *mcp.CallToolRequest, in runInput) (*mcp.CallToolResult, any, error) {
	ctx, cancel := s.limited(ctx)
	defer cancel()
	c, err := makeCall(ctx, request, in.Action)
	if err == nil && effectOf(c.entry) == reads {
		err = fmt.Errorf("%s changes nothing: call it by read or query", kinds.Short(c.entry))
	}
	if err == nil {
		err = s.client.Validate(c.action)
	}
	if err == nil {
		err = s.confirmed(ctx, c.entry, c.parameters, in.Confirm)
	}
	if err != nil {
		return nil, nil, err
	}
	if s.DryRun != nil {
		said, err := s.DryRun(ctx, c.action)
		return nil, map[string]any{"dryRun": said}, err
	}
	raw, err := s.typed(ctx, c.entry, c.action, progress(ctx, request)...)
	return done(raw, err)
}

// done is the answer when a job is over. What is done cannot be asked for again, so that a result
// that is too long is left out.
func done(raw json.RawMessage, err error) (*mcp.CallToolResult, any, error) {
	switch {
	case err != nil:
		return nil, nil, err
	case len(raw) > bytesAtMost:
		return nil, map[string]any{"done": true, "note": fmt.Sprintf("the result has %d bytes and is left out", len(raw))}, nil
	}
	return nil, raw, nil
}

// progress tells a client that asks for it how far a job has come.
func progress(ctx context.Context, request *mcp.CallToolRequest) []zstack.CallOption {
	token := request.Params.GetProgressToken()
	if token == nil {
		return nil
	}
	return []zstack.CallOption{zstack.WithProgress(func(p zstack.Progress) {
		step := ""
		if len(p.Tasks) > 0 {
			step = p.Tasks[len(p.Tasks)-1].TaskName
		}
		// That it cannot be told does not stop the job.
		_ = request.Session.NotifyProgress(ctx, &mcp.ProgressNotificationParams{ProgressToken: token, Progress: max(0, p.Percent), Total: 100, Message: step})
	})}
}

type waitInput struct {
	Job    string `json:"job" jsonschema:"the uuid of the job, as the error of run told it"`
	Action string `json:"action" jsonschema:"the name of the action that run called"`
}

func (s *server) wait(ctx context.Context, request *mcp.CallToolRequest, in waitInput) (*mcp.CallToolResult, any, error) {
	ctx, cancel := s.limited(ctx)
	defer cancel()
	entry, err := lookup(in.Action)
	switch {
	case err != nil:
		return nil, nil, err
	case !kinds.IsUUID(in.Job):
		return nil, nil, fmt.Errorf("%q is not the uuid of a job", in.Job)
	}
	result, err := zstack.ResumeJob[json.RawMessage](s.client, in.Job, progress(ctx, request)...).Wait(ctx)
	if err != nil {
		return nil, nil, explained(err)
	}
	typed := entry.NewResult()
	if err := s.client.Decode(*result, typed); err != nil {
		return nil, nil, err
	}
	return done(shown(typed))
}

// A call is an action with its parameters, in which numbers are as long as they came.
type call struct {
	entry      registry.Entry
	action     zstack.Action
	parameters map[string]any
}

// ownCredentials are parameters by which a call could be somebody else's.
var ownCredentials = []string{"sessionId", "accessKeyId", "accessKeySecret", "requestIp"}

func makeCall(ctx context.Context, request *mcp.CallToolRequest, name string) (call, error) {
	c := call{parameters: map[string]any{}}
	var err error
	if c.entry, err = lookup(name); err != nil {
		return c, err
	}
	arguments, err := secrets.Decode(request.Params.Arguments)
	if err != nil {
		return c, err
	}
	if object, isObject := arguments.(map[string]any); isObject {
		if given, isObject := object["parameters"].(map[string]any); isObject {
			c.parameters = given
		}
	}
	for _, key := range ownCredentials {
		if _, given := c.parameters[key]; given {
			return c, fmt.Errorf("%s is not for assistants: calls are made with the credentials of the server", key)
		}
	}
	c.action, _, err = params.Action(ctx, c.entry, c.parameters, nil, nil)
	return c, err
}

// typed calls an action and returns its result as the types of the SDK write it, without secrets.
func (s *server) typed(ctx context.Context, entry registry.Entry, action zstack.Action, options ...zstack.CallOption) (json.RawMessage, error) {
	result := entry.NewResult()
	if err := s.client.Call(ctx, action, result, options...); err != nil {
		return nil, explained(err)
	}
	return shown(result)
}

// shown writes a result without secrets: those that its type hides, and those that it does not
// know.
func shown(result any) (json.RawMessage, error) {
	data, err := json.Marshal(result)
	if err != nil {
		return nil, err
	}
	return secrets.Hide(data)
}

// explained adds to some errors what an assistant can do about them.
func explained(err error) error {
	var unknown *zstack.UnknownOutcomeError
	var failed *zstack.Error
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("%w\nDo not call it again before a query has shown whether it was done", err)
	case (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) && errors.As(err, &failed) && failed.JobUUID != "" && isJob(failed.Action):
		return fmt.Errorf("%w\nDo not call it again at once: if its job has begun, it goes on, and the tool wait waits for it", err)
	}
	return err
}

// isJob reports whether an action is a change that runs as a job.
func isJob(name string) bool {
	e, found := registry.Lookup(name)
	return found && e.Info().Async && effectOf(e) != reads
}
