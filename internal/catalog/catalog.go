// Package catalog holds the ZStack API as data: the actions with their
// parameters, the data types, the error codes, the system tags, the names that queries
// take and what is known of the actions' behaviour. Everything generated in this module
// is generated from it.
//
// actions.json, types.json, errors.json, behaviour.json, systemtags.json and
// queryfields.json are replaced as a whole when a new release of ZStack comes out. What the project decides about single
// rows of them, each with its reason, lives in overrides.json; query.json lists the
// parameters that every query action shares. The package is for the generator
// and for tests: no program that imports the SDK links it.
package catalog

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Catalogue is the whole API.
type Catalogue struct {
	Actions   []*Action
	Types     []*Type
	Errors    []*ErrorCode
	Resources []*Resource
	// SystemTags are the system tags that the server defines.
	SystemTags []*SystemTag
	// QueryFields are the names that conditions can have.
	QueryFields []*QueryFields
}

// An Action is one API call.
type Action struct {
	Name        string   `json:"name"`
	JavaPackage string   `json:"javaPackage"`
	Method      string   `json:"method"`
	Path        string   `json:"path"`
	Async       bool     `json:"async"`
	Session     bool     `json:"session"`
	Query       bool     `json:"query"`
	Result      string   `json:"result"`
	Body        *string  `json:"body"`
	Since       string   `json:"since"`
	Params      []*Param `json:"params"`
	Products    []string `json:"products"`
	// SinceZSphere is the first release of ZSphere with the action, where it is
	// newer than the release that the catalogue describes or known.
	SinceZSphere string `json:"sinceZsphere"`
	// Source names where the row is from; it is empty for the reference SDKs.
	Source string `json:"source"`
	// Row is the type of a query's rows where it is a subtype of what the result
	// says.
	Row string `json:"row"`
	// ZSphere says where the call differs on ZSphere; nil when it does not.
	ZSphere *Variant `json:"zsphere"`
	// NewerPath says where the call differs on a newer server; nil when it does not.
	NewerPath *Variant `json:"newerPath"`
	// PollAfter is how many milliseconds a client waits at least before it asks for
	// the action's job. It is set by overrides only.
	PollAfter int `json:"pollAfter"`
	// Complete is a member of what the action creates that its job's result may lack
	// although the server has it. It is set by overrides only.
	Complete string `json:"complete"`
	// Behaviour is what behaviour.json says of the action; nil when it has no row.
	Behaviour *Behaviour `json:"-"`
}

// A Variant is how another product or a newer release wants the same action called.
type Variant struct {
	// Release is the first release with a [Action.NewerPath].
	Release string `json:"release"`
	Method  string `json:"method"`
	Path    string `json:"path"`
	Body    string `json:"body"`
	Async   bool   `json:"async"`
}

// A Param is one parameter of an action.
type Param struct {
	Name           string          `json:"name"`
	Type           string          `json:"type"`
	Nullable       bool            `json:"nullable"`
	Required       bool            `json:"required"`
	RequiredOn     []string        `json:"requiredOn"`
	Values         []string        `json:"values"`
	Regex          string          `json:"regex"`
	MinLength      int             `json:"minLength"`
	MaxLength      int             `json:"maxLength"`
	NonEmpty       bool            `json:"nonEmpty"`
	NoNullElements bool            `json:"noNullElements"`
	NoEmptyString  bool            `json:"noEmptyString"`
	Range          []int64         `json:"range"`
	RangeUnit      []string        `json:"rangeUnit"`
	NoTrim         bool            `json:"noTrim"`
	Default        json.RawMessage `json:"default"`
	Sensitive      Sensitivity     `json:"sensitive"`
	Since          string          `json:"since"`
	SinceZSphere   string          `json:"sinceZsphere"`
	Source         string          `json:"source"`
	Products       []string        `json:"products"`
	TypeConfidence string          `json:"typeConfidence"`
	// RequiredBefore is the release from which on servers no longer require it.
	RequiredBefore string `json:"requiredBefore"`
	// KnownValues are values that servers are known to take; they may take others.
	KnownValues []string `json:"knownValues"`
	// Group is what the constants for the values begin with, where their own
	// names are not what people would look for. It comes from overrides.json alone.
	Group string `json:"group"`
	// ServerDefault is what the server takes when the parameter is absent. It is
	// never sent.
	ServerDefault json.RawMessage `json:"serverDefault"`
	// TypeOn is the parameter's type on a product or from a release on, where it
	// is another one there.
	TypeOn map[string]string `json:"typeOn"`
	// ConstraintOn are limits that one product has and the other lacks.
	ConstraintOn map[string]Limits `json:"constraintOn"`
	// Keys are the keys of a map, or of each map in a list.
	Keys []*Key `json:"keys"`
	// ZeroIsUnset says of a required number that zero makes no sense for it, so
	// that its field is a plain one whose zero is refused as unset. It is set by
	// overrides only.
	ZeroIsUnset bool `json:"zeroIsUnset"`
	// GoName is the field's name in Go where the naming rule does not give a
	// usable one. It is set by overrides only.
	GoName string `json:"goName"`
}

// Limits are constraints that hold on one product only.
type Limits struct {
	Regex string `json:"regex"`
}

// A Key is a key of a map parameter.
type Key struct {
	// Name is the key, or "*" for any.
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Required    bool     `json:"required"`
	Range       []int64  `json:"range"`
	KnownValues []string `json:"knownValues"`
	// RefersTo is the kind of resource whose UUID the value is, KeyRefersTo that
	// whose UUID the key is.
	RefersTo    string `json:"refersTo"`
	KeyRefersTo string `json:"keyRefersTo"`
}

// A Sensitivity says how much of a value is secret.
type Sensitivity string

// The sensitivities.
const (
	Public       Sensitivity = ""     // nothing
	Secret       Sensitivity = "true" // the whole value
	SecretInURI  Sensitivity = "uri"  // the password in a URI
	SecretInTag  Sensitivity = "tag"  // the secret tokens of a system tag
	notSensitive             = "false"
)

// UnmarshalJSON reads a boolean or one of the strings.
func (s *Sensitivity) UnmarshalJSON(data []byte) error {
	switch text := strings.Trim(string(data), `"`); Sensitivity(text) {
	case Secret, SecretInURI, SecretInTag:
		*s = Sensitivity(text)
	case notSensitive:
		*s = Public
	default:
		return fmt.Errorf("the sensitivity %s is unknown", data)
	}
	return nil
}

// A Type is a data type: a class with fields, or an enumeration with values.
type Type struct {
	Name          string   `json:"name"`
	JavaPackage   string   `json:"javaPackage"`
	Kind          string   `json:"kind"`
	Products      []string `json:"products"`
	Extends       string   `json:"extends"`
	Since         string   `json:"since"`
	ServerClasses []string `json:"serverClasses"`
	Fields        []*Field `json:"fields"`
	Values        []string `json:"values"`
	// Input says that requests carry the type.
	Input bool `json:"input"`
	// OneOf says which fields of an input type exclude each other.
	OneOf *OneOf `json:"oneOf"`
	// Coined says that the type's name is made up.
	Coined bool   `json:"coined"`
	Source string `json:"source"`
	// HandWritten marks a type that the generator leaves to types/. It is set
	// by overrides only.
	HandWritten bool `json:"handWritten"`
	// Deleted says how to tell a value whose resource was deleted and is kept for a
	// while; nil where the server keeps none. It is set by overrides only.
	Deleted *Deletion `json:"deleted"`
}

// A Deletion says by which field a value shows that its resource was deleted.
type Deletion struct {
	// Field has one of the Values then.
	Field  string   `json:"field"`
	Values []string `json:"values"`
	// RecoveredBy is the action that brings the resource back.
	RecoveredBy string `json:"recoveredBy"`
}

// A OneOf says that a number of fields exclude each other.
type OneOf struct {
	Fields []string `json:"fields"`
	// Exactly is how many of them are set: one.
	Exactly int `json:"exactly"`
	// Unless is a boolean field; where it is true, any number of them may be set.
	Unless string `json:"unless"`
}

// A Field is one field of a class.
type Field struct {
	Name           string      `json:"name"`
	Type           string      `json:"type"`
	Nullable       bool        `json:"nullable"`
	Since          string      `json:"since"`
	SinceZSphere   string      `json:"sinceZsphere"`
	Source         string      `json:"source"`
	Products       []string    `json:"products"`
	TypeConfidence string      `json:"typeConfidence"`
	Sensitive      Sensitivity `json:"sensitive"`
	// Required, Values and Range are the constraints of a field of an input type.
	Required bool     `json:"required"`
	Values   []string `json:"values"`
	Range    []int64  `json:"range"`
	// KnownValues are values that servers are known to send; they may send others.
	KnownValues []string `json:"knownValues"`
	// Group is what the constants for the values begin with, where their own
	// names are not what people would look for. It comes from overrides.json alone.
	Group string `json:"group"`
	// RefersTo is the kind of resource whose UUID the field of an input type is.
	RefersTo string `json:"refersTo"`
	// TypeOn is the field's type on a product or from a release on, where it is
	// another one there.
	TypeOn map[string]string `json:"typeOn"`
	// Free marks an any that is whatever JSON it is, and never a value of a data
	// type that the server's schema names. It is set by overrides only.
	Free bool `json:"free"`
	// GoName is the field's name in Go where the naming rule does not give a
	// usable one. It is set by overrides only.
	GoName string `json:"goName"`
}

// An ErrorCode is one of the server's error codes.
type ErrorCode struct {
	Code   string `json:"code"`
	Prefix string `json:"prefix"`
	Name   string `json:"name"`
	Named  string `json:"named"`
	Source string `json:"source"`
}

// A Behaviour is what an action does.
type Behaviour struct {
	Action string `json:"action"`
	// Reads is true for an action that changes nothing, whatever its method, and
	// false for one that changes something although its method or name says
	// otherwise; nil is a change.
	Reads *bool `json:"reads"`
	// SuccessIfMissing says that the action ends well when the resource is gone.
	SuccessIfMissing bool     `json:"successIfMissing"`
	Creates          *Creates `json:"creates"`
	Deletes          *Changes `json:"deletes"`
	Updates          *Changes `json:"updates"`
	// LongJob says that the action can be submitted as a long job.
	LongJob bool `json:"longJob"`
	// TimeoutSeconds is the server's own limit on the action's time; zero where
	// it is the general one.
	TimeoutSeconds int64                   `json:"timeoutSeconds"`
	Params         map[string]ParamMeaning `json:"params"`
}

// Creates is what an action brings about.
type Creates struct {
	Inventory string `json:"inventory"`
	// UUID is the parameter that sets the UUID of what is created.
	UUID string `json:"uuid"`
	// SettledBy is the query that returns exactly the row that the action returns.
	SettledBy string `json:"settledBy"`
}

// Changes is what an action updates or deletes.
type Changes struct {
	// UUID is the parameter that names it.
	UUID      string `json:"uuid"`
	Inventory string `json:"inventory"`
	// Recoverable says that what is deleted can be brought back.
	Recoverable bool `json:"recoverable"`
}

// A ParamMeaning says which resource a UUID parameter names.
type ParamMeaning struct {
	RefersTo OneOrMore `json:"refersTo"`
	// By is "name" or "result" where that was inferred.
	By string `json:"by"`
}

// OneOrMore is a string or a list of strings.
type OneOrMore []string

// UnmarshalJSON reads either.
func (o *OneOrMore) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*o = OneOrMore{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(o))
}

// A Resource is what the server keeps under a name such as VmInstanceVO.
type Resource struct {
	Resource  string `json:"resource"`
	Inventory string `json:"inventory"`
	By        string `json:"by"`
}

var (
	//go:embed actions.json
	actionsJSON []byte
	//go:embed types.json
	typesJSON []byte
	//go:embed errors.json
	errorsJSON []byte
	//go:embed behaviour.json
	behaviourJSON []byte
	//go:embed systemtags.json
	systemTagsJSON []byte
	//go:embed queryfields.json
	queryFieldsJSON []byte
	//go:embed query.json
	queryJSON []byte
	//go:embed overrides.json
	overridesJSON []byte
)

// Files are the catalogue's files as they come with a release of ZStack, by name.
// What is missing is taken to be empty.
type Files map[string][]byte

// Load reads the catalogue and applies the overrides. Query actions get their
// shared parameters. A key that the package does not know, or an override that
// matches nothing, is an error: the data has outgrown the code.
func Load() (*Catalogue, error) {
	c, err := Read(Files{"actions.json": actionsJSON, "types.json": typesJSON, "errors.json": errorsJSON, "behaviour.json": behaviourJSON, "systemtags.json": systemTagsJSON, "queryfields.json": queryFieldsJSON})
	if err != nil {
		return nil, err
	}
	if err := c.override(); err != nil {
		return nil, fmt.Errorf("catalog: overrides.json: %w", err)
	}
	c.doubt()
	if err := c.divideResults(); err != nil {
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return c, nil
}

// Read reads a catalogue as it comes, without this project's overrides.
func Read(files Files) (*Catalogue, error) {
	c := new(Catalogue)
	var behaviour struct {
		Actions   []*Behaviour `json:"actions"`
		Resources []*Resource  `json:"resources"`
	}
	for _, file := range []struct {
		name string
		into any
	}{
		{"actions.json", &c.Actions},
		{"types.json", &c.Types},
		{"errors.json", &c.Errors},
		{"behaviour.json", &behaviour},
		{"systemtags.json", &c.SystemTags},
		{"queryfields.json", &c.QueryFields},
	} {
		data, ok := files[file.name]
		if !ok {
			continue
		}
		if err := decode(data, file.into); err != nil {
			return nil, fmt.Errorf("catalog: %s: %w", file.name, err)
		}
	}
	for _, a := range c.Actions {
		if !a.Query {
			continue
		}
		if len(a.Params) != 0 {
			return nil, fmt.Errorf("catalog: actions.json: query action %s has parameters of its own", a.Name)
		}
		if err := decode(queryJSON, &a.Params); err != nil {
			return nil, fmt.Errorf("catalog: query.json: %w", err)
		}
	}
	c.Resources = behaviour.Resources
	return c, c.addBehaviour(behaviour.Actions)
}

// addBehaviour gives each action what is known of its behaviour.
func (c *Catalogue) addBehaviour(rows []*Behaviour) error {
	actions := make(map[string]*Action, len(c.Actions))
	for _, a := range c.Actions {
		actions[a.Name] = a
	}
	for _, b := range rows {
		a := actions[b.Action]
		switch {
		case a == nil:
			return fmt.Errorf("catalog: behaviour.json: there is no action %s", b.Action)
		case a.Behaviour != nil:
			return fmt.Errorf("catalog: behaviour.json: action %s is there twice", b.Action)
		}
		a.Behaviour = b
	}
	return nil
}

func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more than one JSON value")
	}
	return nil
}
