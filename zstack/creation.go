package zstack

import (
	"reflect"
	"time"

	"github.com/zstack-go/zstack-go/internal/creation"
	"github.com/zstack-go/zstack-go/internal/params"
)

// A resource is what is known of the resource that a call makes.
type resource struct {
	uuid   string      // of the resource
	chosen bool        // by the caller, so that an older resource can have it
	query  *ActionInfo // returns the resource by its uuid; nil where nothing does
	began  time.Time   // when the call did
}

// nameResource gives what the action creates a uuid, where the caller has not, and
// notes it. Without a job uuid to derive it from there is none.
//
// A server that runs two sendings of one call at the same moment refuses the second
// resource of a uuid, and one that has forgotten the job of a call still has what that
// made: so the uuid follows from the first job uuid of the call.
func (b *builder) nameResource(jobUUID string) {
	i, ok := b.Plan.Index(b.info.ResourceUUID)
	if b.info.ResourceUUID == "" || !ok || !b.Plan.Params[i].KnownTo(string(b.product)) {
		return
	}
	made := &resource{uuid: b.String(b.info.ResourceUUID), chosen: true, query: b.info.SettledBy, began: time.Now()}
	if !b.At(i).IsValid() && jobUUID != "" {
		made.uuid, made.chosen = creation.ResourceUUID(jobUUID, b.info.Name), false
		b.Put(i, reflect.ValueOf(&made.uuid).Elem())
	}
	if made.uuid == "" {
		return
	}
	if params.BadSegment(made.uuid) != "" {
		made.query = nil
	}
	b.request.made = made
}

// A whole is what the result of a creation has to hold to be complete.
type whole struct {
	member string      // of the result's inventory
	query  *ActionInfo // returns the row that has it
}
