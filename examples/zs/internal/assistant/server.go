// Package assistant serves the API of ZStack to assistants by the Model Context Protocol, with
// brakes: what only reads is apart from what changes something, and what is to be destroyed has
// to be named twice.
//
// What assistants read is in English, whatever the language of the user is.
package assistant

import (
	"context"
	"io"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/zstack-go/zstack-go/zstack"
)

// Options say what an assistant can do.
type Options struct {
	ReadOnly bool
	// Timeout limits each call; zero is no limit.
	Timeout time.Duration
	// DryRun returns the request of a change in place of sending it; nil sends it.
	DryRun func(ctx context.Context, action zstack.Action) (string, error)
}

const instructions = `These tools call the API of a ZStack private cloud: virtual machines, hosts, storage, networks.
search_actions finds actions by words, and describe tells an action's parameters as a JSON schema, or
the fields of a kind of resources. query reads resources; read calls any other action that changes
nothing. Resources are known by their uuid, which query finds by their name.`

const instructionsToRun = `
run calls an action that changes something. An action that destroys something needs confirm: the names
of what it destroys, as query returns them, not as somebody remembers them. Ask the user before that.`

// A server has what the tools share.
type server struct {
	client *zstack.Client
	Options
}

// Serve serves one assistant until it closes the input.
func Serve(ctx context.Context, client *zstack.Client, options Options, in io.ReadCloser, out io.Writer) error {
	s := &server{client, options}
	said := instructions
	if !options.ReadOnly {
		said += instructionsToRun
	}
	m := mcp.NewServer(&mcp.Implementation{Name: "zs", Title: "ZStack", Version: "1"}, &mcp.ServerOptions{
		Instructions: said, Capabilities: &mcp.ServerCapabilities{}, // no logging
	})
	looks := &mcp.ToolAnnotations{ReadOnlyHint: true, OpenWorldHint: new(false)}
	mcp.AddTool(m, &mcp.Tool{
		Name: "search_actions", Annotations: looks,
		Description: "Finds actions of the API by words, the best first, and tells what each does and whether it only reads, changes or destroys something.",
	}, s.search)
	mcp.AddTool(m, &mcp.Tool{
		Name: "describe", Annotations: looks,
		Description: "Describes an action (its parameters as a JSON schema, and its result), a kind of resources (the fields that conditions of query can have) or a data type.",
	}, s.describe)
	mcp.AddTool(m, &mcp.Tool{
		Name: "query", Annotations: looks,
		Description: "Reads the resources of a kind, such as vm-instance, host, image, volume, l3-network or zone, that all conditions hold for.",
	}, s.query)
	mcp.AddTool(m, &mcp.Tool{
		Name: "read", Annotations: looks,
		Description: "Calls an action that changes nothing, such as GetVmConsoleAddress or GetCpuMemoryCapacity, and returns its result.",
	}, s.read)
	if !options.ReadOnly {
		mcp.AddTool(m, &mcp.Tool{
			Name: "run", Annotations: &mcp.ToolAnnotations{DestructiveHint: new(true), OpenWorldHint: new(false)},
			Description: "Calls an action that changes something, waits until it is done, and returns its result. One that destroys something needs confirm.",
		}, s.run)
		mcp.AddTool(m, &mcp.Tool{
			Name: "wait", Annotations: looks,
			Description: "Waits for a job that run began and did not wait for to its end, and returns its result.",
		}, s.wait)
	}
	w := &lines{to: out}
	return m.Run(ctx, &mcp.IOTransport{Reader: newFrames(in, w), Writer: w})
}

// limited limits a call.
func (s *server) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.Timeout > 0 {
		return context.WithTimeout(ctx, s.Timeout)
	}
	return context.WithCancel(ctx)
}
