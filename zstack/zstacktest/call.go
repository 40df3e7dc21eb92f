package zstacktest

import (
	"time"

	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/apierr"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/javajson"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/queries"
	"github.com/zstack-go/zstack-go/zstack/zstacktest/internal/store"
)

// A call is one call of an API.
type call struct {
	node *Node
	api  *api
	// now is when the API runs.
	now time.Time
	// began is when the call was taken, which of a job is before it runs.
	began time.Time
	// jobUUID is the UUID of the job that the call becomes, if it does.
	jobUUID string
	// account is the UUID of the account that calls.
	account string
	// raw holds the parameters as they came, and args those that the API knows,
	// each in the Go type of its wire type.
	raw  map[string]any
	args map[string]any
	// parsed is what a query asks for; nil for other APIs. oneRow is the UUID of the row
	// that is read in place of a query.
	parsed *queries.Query
	oneRow string
	// fault is what goes wrong with the call; nil when nothing does.
	fault *fault
	// handled and failed are what a test's own handler has said.
	handled *javajson.Object
	failed  *apierr.Error
	// missing says that what is to be deleted is gone already, which is fine.
	missing bool
}

func (c *call) store() *store.Store { return c.node.store }

func (c *call) has(name string) bool { return c.args[name] != nil }

func (c *call) str(name string) string {
	s, _ := c.args[name].(string)
	return s
}

func (c *call) int(name string) int64 {
	i, _ := c.args[name].(int64)
	return i
}

func (c *call) list(name string) []string {
	l, _ := c.args[name].([]string)
	return l
}

// row returns the record that a parameter names. The parameter has been checked,
// so it is nil only when the parameter was not given.
func (c *call) row(name string) *store.Row {
	k := refOf(c.api.param(name))
	if k == nil {
		return nil
	}
	return c.store().Get(k.Name, c.str(name))
}

// rows returns those of the records that a list parameter names which are there.
func (c *call) rows(name, kind string) []*store.Row {
	var rows []*store.Row
	for _, uuid := range c.list(name) {
		if r := c.store().Get(kind, uuid); r != nil {
			rows = append(rows, r)
		}
	}
	return rows
}
