package creation

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zstack-go/zstack-go/internal/wire"
	"github.com/zstack-go/zstack-go/internal/zone"
)

// A Finding is what the resource says of the call.
type Finding int

// The findings.
const (
	Absent   Finding = iota // there is none
	UnderWay                // it is there, and its state is not the last one
	Bare                    // it is there, and has no state
	There                   // it is there for good
	Older                   // it is there, and was before the call
	Untold                  // it is there, and nothing tells whether it was before
)

// A Sight is a look at the resource.
type Sight struct {
	Finding
	// Row is the resource as the query returned it; nil when it is absent.
	Row json.RawMessage
	// Result is the row as the result of the action that creates it would have it.
	Result []byte
}

// A Resource is what a call creates.
type Resource struct {
	UUID string
	// Chosen says that the uuid is the caller's choice, so that an older resource can
	// have it.
	Chosen bool
	// Began is when the call did.
	Began time.Time
}

// ErrNoRows says that a reply is not one to a query.
var ErrNoRows = errors.New("the reply has no rows")

// Find finds the resource in the reply to a query for it. replied is the reply's Date
// header. Errors are [ErrNoRows] and the decoder's.
func (r Resource) Find(decoder *wire.Decoder, reply []byte, replied string) (*Sight, error) {
	var list struct {
		Inventories []json.RawMessage `json:"inventories"`
		Schema      map[string]string `json:"schema"`
	}
	if err := decoder.Decode(reply, &list); err != nil {
		return nil, err
	}
	if list.Inventories == nil {
		return nil, ErrNoRows
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
		if state.UUID != r.UUID {
			continue
		}
		result, err := asResult(row, i, list.Schema)
		if err != nil {
			return nil, err
		}
		s := &Sight{Row: row, Result: result, Finding: There}
		switch age := r.ageOf(state.CreateDate, replied); {
		case r.Chosen && age != There:
			s.Finding = age
		case state.State == "" && state.Status == "":
			s.Finding = Bare
		case passes(state.State) || passes(state.Status):
			s.Finding = UnderWay
		}
		return s, nil
	}
	return &Sight{Finding: Absent}, nil
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

// dateSlack is how far apart a server's dates of one moment can be.
const dateSlack = 5 * time.Second

// ageOf tells a row that is older than the call from one that the call can have made.
// The date of a row has no zone and the clock of a server can be wrong, so that it is
// compared with the date of the server's reply, and a difference that a wrong zone would
// explain tells nothing.
func (r Resource) ageOf(created time.Time, replied string) Finding {
	now, err := http.ParseTime(replied)
	if err != nil {
		now = time.Now()
	}
	age, took := now.Sub(created), time.Since(r.Began)
	beyond := ((age % zone.Step) + zone.Step) % zone.Step
	switch {
	case created.IsZero():
		return Untold
	case age >= -dateSlack && age <= took+dateSlack:
		return There
	case age < 0 || beyond <= took+dateSlack || beyond >= zone.Step-dateSlack:
		return Untold
	}
	return Older
}
