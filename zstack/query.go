package zstack

import (
	"context"
	"log/slog"
	"reflect"

	"github.com/zstack-go/zstack-go/internal/condition"
	"github.com/zstack-go/zstack-go/internal/paging"
	"github.com/zstack-go/zstack-go/internal/params"
)

// A query is a copy of a query action whose parameters can be changed.
type query struct {
	*paging.Query
	name   string // the action's, for errors
	server string // its address, for errors
	info   *ActionInfo
}

// newQuery copies an action that is for a server, and needs some parameters.
func newQuery(server string, a Action, needs ...string) (*query, error) {
	v, err := structOf(a)
	if err != nil {
		return nil, err
	}
	q := &query{name: nameOf(a), server: server, info: a.ActionInfo()}
	if q.info == nil || !q.info.Query {
		return nil, q.refuse("", ConstraintType, "is not a query: its ActionInfo does not say so")
	}
	plan, err := params.Of(v.Type())
	if err != nil {
		return nil, q.refuse("", ConstraintType, err.Error())
	}
	made, refused := paging.NewQuery(plan, v, needs...)
	if refused != nil {
		return nil, violation(q.name, refused)
	}
	q.Query = made
	return q, nil
}

func (q *query) refuse(wire, constraint, reason string) error {
	return &ValidationError{Action: q.name, Field: wire, Constraint: constraint, Reason: reason}
}

// wantsRows refuses an action that asks for a number instead of rows.
func (q *query) wantsRows() error {
	return violation(q.name, q.WantsRows())
}

// failed is an error about the answer to the query.
func (q *query) failed(err error) error {
	return &Error{Action: q.name, Server: q.server, Method: q.info.Method, Path: q.info.Path, Err: decodeError(err)}
}

// call is the action as it is now.
func (q *query) call() Action { return actionIn(q.Action) }

// actionIn is the action in a copy of one.
func actionIn(copied reflect.Value) Action { return copied.Interface().(Action) }

// refuseLongLists refuses a list that can only be read in parts.
func (b *builder) refuseLongLists() error {
	if !b.info.Query {
		return nil
	}
	long, _ := condition.LongLists(b.Strings(conditions))
	if len(long) == 0 {
		return nil
	}
	return b.refuse(conditions, ConstraintMaxLength, long[0].Describe()+"; All, Pages, Count, First and One can read one In in parts")
}

// serverRows is where the server stops in a query without a limit.
const serverRows = 1000

// warnIfCut logs a warning when the reply to a query without a limit has as many
// rows as the server returns at most, since it does not say whether there are more.
func (c *Client) warnIfCut(ctx context.Context, r *request, rep *reply) {
	if !r.unlimited || rep == nil || !c.logger.Enabled(ctx, slog.LevelWarn) {
		return
	}
	n := 0
	if rep.arrival != nil {
		if rows := paging.RowsOf(rep.arrival.fresh.Addr()); rows.IsValid() {
			n = rows.Len()
		}
	} else {
		var rows []struct{}
		_ = c.decoder().Members(rep.result(), func(name string) any { // what is wrong with it is for others to say
			if name == "inventories" {
				return &rows
			}
			return nil
		})
		n = len(rows)
	}
	if n == serverRows {
		c.logger.LogAttrs(ctx, slog.LevelWarn, "zstack query without a limit returned the 1,000 rows that the server stops at; All reads every row",
			slog.String("action", r.action),
			slog.String("method", r.method),
			slog.String("path", r.shown),
		)
	}
}

// severalCalls reads the options of what reads by several calls. It returns the
// context for all of them together, and an option that says to each what is left.
func severalCalls(ctx context.Context, q *query, u use, options []CallOption) (context.Context, CallOption, context.CancelFunc, error) {
	if ctx == nil {
		return nil, nil, nil, &ValidationError{Action: q.name, Field: "ctx", Constraint: ConstraintRequired, Reason: "is nil"}
	}
	o, err := readCallOptions(q.name, u, options)
	if err == nil {
		err = checkExtras(q.Plan, q.info, o.extra)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, cancel := o.limit(ctx)
	o.timeout = 0
	return ctx, o.forEach, cancel, nil
}

// checkExtras refuses parameters that are not for WithParam to add to an action.
func checkExtras(p *params.Plan, info *ActionInfo, list []params.Extra) error {
	reads := func(name string) bool { return info.Query && paging.IsReserved(name) }
	return violation(info.Name, p.CheckExtras(list, info.Path, reads))
}
