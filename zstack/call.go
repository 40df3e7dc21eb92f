package zstack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/zstack-go/zstack-go/internal/schema"
	"github.com/zstack-go/zstack-go/internal/wire"
)

// Call runs an action and decodes its result into result: a pointer to the
// action's result struct, a *json.RawMessage for the reply as it came, or nil
// to drop it. It is what the Call methods of actions use.
//
// What a call that only reads is answered with is decoded while it arrives, so that of the
// JSON of a large reply only values of type any are in memory, until the server's schema,
// which comes last, says what they are. result is set when all has been read and is well.
// [WithRaw], a *json.RawMessage and results that are no structs take the whole reply first;
// so does a second request, where the schema names subtypes in a reply with more than 2 MB of
// members that the types do not have, or comes before what it is about.
//
// A reply to a change that is the result of something else, as the package
// documentation says under "Calls and jobs", is an [*Error] with a [*DecodeError].
//
// The action is checked first; a [*ValidationError] means that nothing was
// sent. For an asynchronous action, Call waits for the job. When the session of
// a client that logs in has ended, Call logs in again and repeats the call,
// which the server had not run, unless [WithJobUUID] is given. Errors are [*Error], [*UnknownOutcomeError],
// [*JobExpiredError] or [ErrClosed]; errors.Is finds the context's end in each.
//
// Of a query action Call reads one page. Without a Limit the server stops at 1,000
// rows and does not say whether there are more: a reply with as many is logged as a
// warning (see [WithLogger]). The All methods of query actions read every row. A list
// that is too long for a URL is refused (see [In]).
func (c *Client) Call(ctx context.Context, a Action, result any, options ...CallOption) error {
	k, err := c.prepare(ctx, a, options)
	if err != nil {
		return err
	}
	if reason := badResult(result); reason != "" {
		return &ValidationError{Action: k.request.action, Field: "result", Constraint: ConstraintType, Reason: reason}
	}
	k.options.arrival = k.newArrival(result)
	ctx, cancel := k.options.limit(ctx)
	defer cancel()
	return k.run(ctx, result)
}

// Start runs an action without waiting for its job, which it puts into job, a pointer to a
// [Job] of the action's result. It is what the Start methods of asynchronous actions use. Others have
// no such method: a synchronous action has ended when Start returns, and its job with it.
func (c *Client) Start(ctx context.Context, a Action, job jobShell, options ...CallOption) error {
	k, err := c.prepare(ctx, a, options)
	if err != nil {
		return err
	}
	if job == nil || isNoPointer(job) {
		return &ValidationError{Action: k.request.action, Field: "job", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	var deadline time.Time
	if k.options.timeout > 0 {
		deadline = time.Now().Add(k.options.timeout)
	}
	ctx, cancel := k.options.limit(ctx)
	defer cancel()
	got, err := k.submit(ctx)
	if err != nil {
		return err
	}
	started := got.asJob()
	started.deadline = deadline
	job.hold(started)
	return nil
}

// Do runs any action, for instance one from the registry, and returns its
// result as it came: a JSON object, which [Client.Decode] reads, whatever action it
// is the result of. Everything else is as in [Client.Call].
func Do(ctx context.Context, c *Client, a Action, options ...CallOption) (json.RawMessage, error) {
	var result json.RawMessage
	if err := c.Call(ctx, a, &result, options...); err != nil {
		return nil, err
	}
	return result, nil
}

// run is the way of a call, from the request to the result.
func (k *call) run(ctx context.Context, result any) error {
	got, err := k.submit(ctx)
	switch {
	case err != nil:
		return err
	case got.job != nil:
		return got.job.wait(ctx, result)
	default:
		return got.call.finish(ctx, got.reply, result)
	}
}

// submit brings the call to the server, and once more after a new login where the
// server refused it only because the client's own session had ended.
func (k *call) submit(ctx context.Context) (receipt, error) {
	if k.mayRelogin() {
		k.relogins = &relogins{first: k}
	}
	got, err := k.deliver(ctx)
	for err != nil && k.relogins != nil && got.call.isForRelogin(err) && !k.relogins.spent() {
		got, err = k.relogins.next(ctx, NewJobUUID(), got.call)
	}
	return got, err
}

// deliver authorizes the call, sends it, and takes what came of that.
func (k *call) deliver(ctx context.Context) (receipt, error) {
	if err := k.authorize(ctx); err != nil {
		return receipt{call: k}, err
	}
	told := k.expectCallback()
	rep, err := k.client.send(ctx, k.request, k.auth, k.sendOptions())
	return k.take(ctx, told, rep, err)
}

// finish decodes the result of a call that was answered at once.
func (k *call) finish(ctx context.Context, rep *reply, result any) error {
	if rep.arrival != nil {
		err := rep.arrival.deliver()
		if errors.Is(err, schema.ErrForgotten) {
			return k.runKeeping(ctx, result)
		}
		if err != nil {
			return k.wrap(http.StatusOK, err)
		}
		return nil
	}
	body, err := k.complete(ctx, rep.result())
	if err != nil {
		return k.error(http.StatusOK, err)
	}
	if k.options.raw != nil {
		*k.options.raw = bytes.Clone(body)
	}
	if err := k.client.decodeResult(body, result, k.suspicion()); err != nil {
		return k.wrap(http.StatusOK, err)
	}
	wire.Recycle(rep.body)
	return nil
}

// runKeeping runs a call that only reads once more, and keeps the reply: its result cannot be
// read while it arrives.
func (k *call) runKeeping(ctx context.Context, result any) error {
	again := k.options
	again.arrival, again.firstUUID = nil, NewJobUUID()
	return k.client.newCall(k.request, again).run(ctx, result)
}

// prepare checks all that can be checked before anything is sent, and makes the call
// ready to send.
func (c *Client) prepare(ctx context.Context, a Action, options []CallOption) (*call, error) {
	if err := c.accepts(ctx, a); err != nil {
		return nil, err
	}
	o, err := parseCallOptions(nameOf(a), options)
	if err != nil {
		return nil, err
	}
	o.firstUUID = orNewJobUUID(o.jobUUID)
	r, err := prepare(a, c.product, c.namedAfter(o.firstUUID), o.extra)
	if err != nil {
		return nil, err
	}
	if err := o.check(r.action, r.use()); err != nil {
		return nil, err
	}
	return c.newCall(r, o), nil
}

// accepts refuses what no call can be made of, whatever the action's parameters are.
func (c *Client) accepts(ctx context.Context, a Action) error {
	if err := c.usable(nameOf(a)); err != nil {
		return err
	}
	switch {
	case ctx == nil:
		return &ValidationError{Action: nameOf(a), Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	case c.isClosed():
		return ErrClosed
	}
	return c.refuseChange(ctx, a)
}

// namedAfter is the job uuid that the uuid of a created resource follows from; empty
// where the client chooses none.
func (c *Client) namedAfter(jobUUID string) string {
	if c.nameless {
		return ""
	}
	return jobUUID
}
