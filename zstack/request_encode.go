package zstack

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/condition"
	"github.com/zstack-go/zstack-go/internal/params"
)

// encode puts what does not travel in the path into the query string or,
// under the given key, into the body.
func (b *builder) encode(key string) error {
	var refused *params.Violation
	if r := b.request; r.method == http.MethodPost || r.method == http.MethodPut {
		r.body, refused = b.Body(key, b.inPath, b.extra)
	} else {
		var q params.Query
		if b.info.Query {
			refused = b.conditionQuery(&q)
		} else {
			refused = b.AddTo(&q, b.inPath)
		}
		if refused == nil {
			refused = q.AddExtras(b.extra, r.method)
		}
		r.query = q.String()
	}
	return violation(b.info.Name, refused)
}

// queryIn returns the query of a request to a server in a time zone, which is known
// for sure only once the client has logged in.
func (r *request) queryIn(location *time.Location) string {
	if r.timed == nil {
		return r.query
	}
	var q params.Query
	for _, c := range r.timed {
		q.Add("q", condition.Carried(c).In(location))
	}
	if r.query != "" {
		q.WriteByte('&')
		q.WriteString(r.query)
	}
	return q.String()
}

// conditionQuery writes the parameters that query actions share, in the order
// that the server documents. Conditions with times are left to queryIn.
func (b *builder) conditionQuery(q *params.Query) *params.Violation {
	list := b.Strings(conditions)
	if slices.ContainsFunc(list, func(c string) bool { return condition.Carried(c).HasTime() }) {
		b.request.timed = list
	} else {
		for _, c := range list {
			q.Add("q", c)
		}
	}
	if refused := b.AddNamed(q, sharedValues); refused != nil {
		return refused
	}
	by, direction := b.String("sortBy"), b.String("sortDirection")
	switch {
	case by == "" && direction != "":
		return &params.Violation{Field: "sortDirection", Constraint: ConstraintConflict, Reason: "is set, but sortBy is not"}
	case by != "" && strings.EqualFold(direction, "desc"):
		q.Add("sort", "-"+by)
	case by != "":
		q.Add("sort", "+"+by)
	}
	if fields := b.Strings("fields"); len(fields) > 0 {
		for _, f := range fields {
			if strings.Contains(f, ",") {
				return &params.Violation{Field: "fields", Constraint: ConstraintType, Reason: "has a name with a comma, which the server would read as two"}
			}
		}
		q.Add("fields", strings.Join(fields, ","))
	}
	return b.AddTo(q, b.inPath, sharedValues, sharedWords) // of a caller's own query
}

// The parameters that query actions share: those that are written as they are, and
// those that have a form of their own.
var (
	sharedValues = []string{"limit", "start", "count", "groupBy", "replyWithCount", "filterName"}
	sharedWords  = []string{conditions, "sortBy", "sortDirection", "fields"}
)
