package zstack

import (
	"reflect"
	"time"

	"github.com/zstack-go/zstack-go/internal/params"
)

// An Action is one API call: a plain struct whose fields are the call's
// parameters. The package actions has one for every API in the catalogue. A
// caller can write one for an API that the catalogue lacks: a struct whose
// exported fields have a json tag with the parameter's wire name and, where
// constraints are to be checked, the tags that [Validate] describes. Fields
// named sessionId, accessKeyId, accessKeySecret and requestIp on the wire are the
// call's own credentials and travel in headers. An optional number, boolean or
// string is a pointer, and so is a required number or boolean whose zero can be
// meant: zero in a plain field is not sent, and refused where the field is
// required. An exported field without a json tag is not a parameter and is not sent.
// Embedded structs are refused.
//
// An action is never changed by a call.
type Action interface {
	// ActionInfo describes the call. It returns the same value for every
	// action of a type, and nobody changes what it points to.
	ActionInfo() *ActionInfo
}

// An ActionInfo is what is known about an action apart from its parameters.
type ActionInfo struct {
	// Name is the action's name, as in the Java and Python SDKs:
	// "RecoverVmInstanceAction".
	Name string
	// Method is the HTTP method: GET, POST, PUT or DELETE.
	Method string
	// Path is the resource's path after "/v1", with the slash it begins with. A name in
	// braces stands for the parameter with that wire name:
	// "/vm-instances/{uuid}/actions".
	Path string
	// Body is the key of the JSON object in a POST or PUT that holds the
	// parameters. It can be empty, which is a key too. GET and DELETE have no
	// body.
	Body string
	// Async says that the server usually answers with a job. What a call does
	// rests on the reply, not on this.
	Async bool
	// Session says that the call needs a session or an access key. Logins and
	// the like do not.
	Session bool
	// Query says that the action reads a list with conditions.
	Query bool
	// Reads says that the call changes nothing on the server, whatever its method
	// is: some POST and PUT calls only read, and a few GET calls change something. What
	// does not say so is a change: it is sent again only as the package documentation
	// says of changes, and a client with [WithReadOnly] refuses it unless it has Query set.
	Reads bool
	// LongJob says that the server also runs the action as a long job: see the
	// function [LongJob].
	LongJob bool
	// ResourceUUID is the wire name of the parameter by which a caller chooses the
	// UUID of what the action creates, "resourceUuid" in the catalogue. The server
	// takes a version 4 UUID without its dashes, and refuses a second resource of the
	// same UUID. It is empty where the action creates nothing or the server alone
	// chooses the UUID.
	ResourceUUID string
	// SettledBy is the query that returns the created resource by its UUID, as the
	// same type as the "inventory" of the action's result. It is nil where no query
	// returns exactly that row, and where ResourceUUID is empty.
	SettledBy *ActionInfo
	// Complete is the wire name of a member of the result's inventory that the server
	// may leave out of the job's result although it has it. The client then reads the
	// row by SettledBy. It is empty where no result is known to lack anything.
	Complete string
	// PollAfter is how long a client waits at least before it asks for the action's
	// job. Zero leaves that to the client.
	PollAfter time.Duration
	// Timeout is the server's own limit on the time that the action takes, in whole
	// seconds. Zero means the server's general limit, three hours unless its operator
	// changed it. A call's [WithAPITimeout] replaces it.
	Timeout time.Duration
	// Since is the first release of ZStack Cloud seen with the action; "1.9.0"
	// stands for that release or an earlier one. It is empty where only ZSphere
	// has the action.
	Since string
	// Products are the products that have the action.
	Products []Product
	// ZSphere says how ZSphere wants the action called where that differs; nil
	// where it does not.
	ZSphere *Variant
	// ZSvirt says how ZSvirt wants the action called where that differs from
	// ZSphere; nil where it does not.
	ZSvirt *Variant
}

// A Variant is how another product wants an action called. Its fields mean what
// those of [ActionInfo] do.
type Variant struct {
	Method string
	Path   string
	Body   string
	Async  bool
}

// A Product is one of the products that speak this API.
type Product string

// The products.
const (
	// Cloud is ZStack Cloud. It is what a [Client] talks to unless
	// [WithProduct] says otherwise.
	Cloud Product = "cloud"
	// ZSphere is ZStack ZSphere.
	ZSphere Product = "zsphere"
	// ZSvirt is the open-source server of 2026 that calls itself ZSvirt 1.0.0, a
	// fork of a ZSphere newer than 4.10.10. It has ZSphere's actions and rules; a few
	// of its paths are its own.
	ZSvirt Product = "zsvirt"
)

// rules is the product whose rules hold on a product.
func (p Product) rules() Product {
	if p == ZSvirt {
		return ZSphere
	}
	return p
}

// variant is how a product wants the action called where that differs from the
// action's own fields; nil where it does not.
func (info *ActionInfo) variant(product Product) *Variant {
	switch {
	case product == ZSvirt && info.ZSvirt != nil:
		return info.ZSvirt
	case product.rules() == ZSphere:
		return info.ZSphere
	default:
		return nil
	}
}

// Given remembers which parameters of an action were set on purpose, so that a
// zero that came from JSON is told from a field that nobody touched. Actions
// keep one in an unexported field named given; only [UnmarshalAction] sets it.
type Given = params.Given

// structOf returns the struct behind an action.
func structOf(a Action) (reflect.Value, error) {
	v := reflect.ValueOf(a)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Struct:
		return v, nil
	case reflect.Invalid, reflect.Pointer:
		return v, &ValidationError{Constraint: ConstraintRequired, Reason: "the action is nil"}
	default:
		return v, &ValidationError{Action: v.Type().Name(), Constraint: ConstraintType, Reason: "the action is not a struct"}
	}
}

// nameOf is an action's name for a message, whatever the action is.
func nameOf(a Action) string {
	if _, err := structOf(a); err != nil {
		return ""
	}
	if info := a.ActionInfo(); info != nil {
		return info.Name
	}
	return ""
}
