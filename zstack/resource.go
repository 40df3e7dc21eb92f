package zstack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
)

// A finding is what the resource of a creation says of the call.
type finding int

const (
	isAbsent   finding = iota // there is none
	isUnderWay                // it is there, and its state is not the last one
	isBare                    // it is there, and has no state
	isThere                   // it is there for good
	isOlder                   // it is there, and was before the call
	isUntold                  // it is there, and nothing tells whether it was before
)

// A sight is a look at the resource of a creation.
type sight struct {
	finding
	row    json.RawMessage
	result []byte // the row as the action's result would have it
}

// look reads the resource of a creation.
func (j *job) look(ctx context.Context, made *creation) (*sight, error) {
	c := j.client
	if c.isClosed() {
		return nil, ErrClosed
	}
	query, path := made.query, made.query.Path
	if v := query.variant(c.product); v != nil {
		path = v.Path
	}
	r := &request{action: query.Name, method: http.MethodGet, read: true, session: query.Session, credentials: j.credentials(), secrets: j.secrets()}
	r.plain = path + "/" + made.uuid
	r.shown, r.path = r.plain, path+"/"+escapeSegment(made.uuid)
	asker := newJob(c, "")
	asker.action, asker.method, asker.path = r.action, r.method, r.shown
	g, err := c.authorization(ctx, r)
	if err != nil {
		return nil, asker.wrap(0, err)
	}
	asker.sent = g
	rep, err := c.send(ctx, r, g, sendOptions{rank: forCall, patience: pollPatience})
	if err = asker.take(ctx, r, rep, err); err != nil {
		return nil, err
	}
	seen, err := made.read(c.decoder(), rep)
	if err != nil {
		return nil, asker.wrap(rep.status, decodeError(err))
	}
	return seen, nil
}

// errNoRows says that a reply is none to a query.
var errNoRows = errors.New("the reply has no rows")

// read finds the resource in the reply to a query.
func (m *creation) read(decoder *wire.Decoder, rep *reply) (*sight, error) {
	var list struct {
		Inventories []json.RawMessage `json:"inventories"`
		Schema      map[string]string `json:"schema"`
	}
	if err := decoder.Decode(rep.body, &list); err != nil {
		return nil, err
	}
	if list.Inventories == nil {
		return nil, errNoRows
	}
	for i, row := range list.Inventories {
		var state struct {
			UUID       string    `json:"uuid"`
			State      string    `json:"state"`
			Status     string    `json:"status"`
			CreateDate time.Time `json:"createDate"`
		}
		if err := decoder.Decode(row, &state); err != nil {
			return nil, err
		}
		if state.UUID != m.uuid {
			continue
		}
		result, err := asResult(row, i, list.Schema)
		if err != nil {
			return nil, err
		}
		s := &sight{row: row, result: result, finding: isThere}
		switch age := m.ageOf(state.CreateDate, rep.date); {
		case m.chosen && age != isThere:
			s.finding = age
		case state.State == "" && state.Status == "":
			s.finding = isBare
		case passes(state.State) || passes(state.Status):
			s.finding = isUnderWay
		}
		return s, nil
	}
	return &sight{finding: isAbsent}, nil
}

// passes reports whether a resource leaves a state or status on its own: Starting,
// Creating, Connecting and the like.
func passes(state string) bool { return strings.HasSuffix(state, "ing") && state != "Running" }

// asResult makes the result of a creation from a row of a query and what the schema
// says of it.
func asResult(row json.RawMessage, index int, schema map[string]string) ([]byte, error) {
	from, own := fmt.Sprintf("inventories[%d]", index), make(map[string]string)
	for path, class := range schema {
		if rest, ok := strings.CutPrefix(path, from); ok {
			own["inventory"+rest] = class
		}
	}
	return wire.Encode(struct {
		Inventory json.RawMessage   `json:"inventory"`
		Schema    map[string]string `json:"schema"`
	}{row, own})
}

const (
	// dateSlack is how far apart a server's dates of one moment can be.
	dateSlack = 5 * time.Second
	// zoneStep is what the offsets of all time zones are multiples of.
	zoneStep = 15 * time.Minute
)

// ageOf tells a row that is older than the call from one that the call can have made.
// The date of a row has no zone and the clock of a server can be wrong, so that it is
// compared with the date of the server's reply, and a difference that a wrong zone would
// explain tells nothing.
func (m *creation) ageOf(created time.Time, replied string) finding {
	now, err := http.ParseTime(replied)
	if err != nil {
		now = time.Now()
	}
	age, took := now.Sub(created), time.Since(m.began)
	beyond := ((age % zoneStep) + zoneStep) % zoneStep
	switch {
	case created.IsZero():
		return isUntold
	case age >= -dateSlack && age <= took+dateSlack:
		return isThere
	case age < 0 || beyond <= took+dateSlack || beyond >= zoneStep-dateSlack:
		return isUntold
	}
	return isOlder
}
