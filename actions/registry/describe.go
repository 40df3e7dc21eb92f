package registry

import (
	"encoding/json"

	"github.com/zstack-go/zstack-go/internal/apidata"
	"github.com/zstack-go/zstack-go/zstack"
)

// A Description is what the catalogue knows of an action besides its [zstack.ActionInfo].
type Description struct {
	Name string `json:"name"`
	// Params are the parameters, in the order of the reference SDKs, without the
	// credentials that every call can have: sessionId, accessKeyId, accessKeySecret and
	// requestIp.
	Params []Field `json:"params,omitempty"`
	// Result is the name of what the action returns: [LookupType] has its fields.
	Result string `json:"result"`
	// Row is the name of the data type of a query's rows. It is empty for other actions.
	Row string `json:"row,omitempty"`
	// Creates, Updates and Deletes say what becomes of a resource; they are nil where
	// nothing does, and where no source tells.
	Creates *Effect `json:"creates,omitempty"`
	Updates *Effect `json:"updates,omitempty"`
	Deletes *Effect `json:"deletes,omitempty"`
	// SuccessIfMissing says that the call ends well when the resource is gone already.
	SuccessIfMissing bool `json:"successIfMissing,omitempty"`
}

// An Effect is what an action does to a resource.
type Effect struct {
	// Inventory is the name of the resource's data type: "VmInstanceInventory".
	Inventory string `json:"inventory,omitempty"`
	// Param is the name of the parameter that has the resource's UUID. It is empty where
	// no parameter has it.
	Param string `json:"param,omitempty"`
	// Recoverable says of a deletion that another action can undo it.
	Recoverable bool `json:"recoverable,omitempty"`
}

// A Field is a parameter of an action, a field of a data type, or a key of a map. What it
// says of values holds for the elements where the type is a list. The zero value of
// everything but Name and Type means that there is no such limit or that nothing is known.
type Field struct {
	// Name is the name on the wire.
	Name string `json:"name"`
	// Type is the type on the wire: string, int32, int64, float32, float64, bool,
	// timestamp, any (any JSON value), list<T>, map<string,T>, or the name of a data type,
	// which [LookupType] has.
	Type string `json:"type"`
	// Description says what it is, in English. It is empty where that would only repeat
	// the name.
	Description string `json:"description,omitempty"`
	// Required says that there must be a value: the caller's, or Default.
	Required bool `json:"required,omitempty"`
	// RequiredOn are the products that alone require it.
	RequiredOn []zstack.Product `json:"requiredOn,omitempty"`
	// RequiredBefore is the first release of which on the server no longer requires it.
	// The client does not.
	RequiredBefore string `json:"requiredBefore,omitempty"`
	// Values are the only values there are, compared without regard to case.
	Values []string `json:"values,omitempty"`
	// KnownValues are values that servers are known to take or send. They may take or
	// send others.
	KnownValues []string `json:"knownValues,omitempty"`
	// Pattern is a regular expression that matches the values, in a form that Go and
	// JavaScript read alike.
	Pattern string `json:"pattern,omitempty"`
	// PatternOn is the product that alone checks the pattern.
	PatternOn zstack.Product `json:"patternOn,omitempty"`
	// MinLength and MaxLength are limits on the length of a string, in UTF-16 units.
	MinLength int `json:"minLength,omitempty"`
	MaxLength int `json:"maxLength,omitempty"`
	// Min and Max are limits on a number, both inclusive.
	Min *int64 `json:"min,omitempty"`
	Max *int64 `json:"max,omitempty"`
	// NonEmpty says that a list must hold something, NoEmptyString that no string may be
	// empty.
	NonEmpty      bool `json:"nonEmpty,omitempty"`
	NoEmptyString bool `json:"noEmptyString,omitempty"`
	// Default is what the client sends when the parameter is unset, as JSON.
	Default json.RawMessage `json:"default,omitempty"`
	// ServerDefault is what the server takes when the parameter is absent, as JSON. The
	// client does not send it.
	ServerDefault json.RawMessage `json:"serverDefault,omitempty"`
	// Secret says that the value, or a part of it, must never be shown: see
	// [types.Secret], [types.SecretURL] and [types.SystemTag].
	Secret bool `json:"secret,omitempty"`
	// Since and SinceZSphere are the first releases of ZStack Cloud and of ZSphere known
	// to have it, where that is later than what it belongs to.
	Since        string `json:"since,omitempty"`
	SinceZSphere string `json:"sinceZSphere,omitempty"`
	// Products are the products that have it, where not all do that have what it
	// belongs to.
	Products []zstack.Product `json:"products,omitempty"`
	// RefersTo are the kinds of resources that a UUID can be of, as the server calls
	// them: "VmInstanceVO". [LookupInventory] tells how to find one.
	RefersTo []string `json:"refersTo,omitempty"`
	// Inferred says that RefersTo is likely but no source declares it.
	Inferred bool `json:"inferred,omitempty"`
	// Keys are the keys of a map, or of each map in a list; the name "*" stands for
	// any.
	Keys []Field `json:"keys,omitempty"`
}

// Describe returns what is known of the action. It reads the description anew each time,
// so that the caller may change it.
func (e Entry) Describe() *Description {
	d := new(Description)
	read(apidata.Actions, e.name, d)
	return d
}

// A Type is a data type: an object with fields, or an enumeration of strings.
type Type struct {
	Name string `json:"name"`
	// Description says what a value is, in English. It is empty for results of actions.
	Description string `json:"description,omitempty"`
	// Extends is the type that the type is a subtype of.
	Extends string `json:"extends,omitempty"`
	// Fields are the fields, those of the type that it extends first.
	Fields []Field `json:"fields,omitempty"`
	// Values are the values of an enumeration, which has no fields.
	Values []string `json:"values,omitempty"`
	// OneOf says which fields of the type exclude each other when a request carries it.
	OneOf *OneOf `json:"oneOf,omitempty"`
}

// A OneOf says of some fields how many are set.
type OneOf struct {
	Fields []string `json:"fields"`
	// Exactly is how many of the fields are set.
	Exactly int `json:"exactly"`
	// Unless is the name of a boolean field; where it is true, any number may be set.
	Unless string `json:"unless,omitempty"`
}

// LookupType finds a data type or the result of an action by its name, as the fields of
// descriptions give it.
func LookupType(name string) (*Type, bool) {
	t := new(Type)
	if !read(apidata.Types, name, t) {
		return nil, false
	}
	return t, true
}

// read decodes the line of a file with a name, and reports whether there is one.
func read(f *apidata.File, name string, into any) bool {
	line, ok := f.Line(name)
	if ok {
		decode(line, into)
	}
	return ok
}

// decode reads a line, which the generator wrote and the tests have read.
func decode(line string, into any) {
	if err := json.Unmarshal([]byte(line), into); err != nil {
		panic("registry: a description cannot be read: " + err.Error())
	}
}
