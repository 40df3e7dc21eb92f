// Package catalog holds the ZStack API as data: the actions with their
// parameters, the data types and the error codes that everything generated in
// this module is generated from.
//
// actions.json, types.json and errors.json are replaced as a whole when a new
// release of ZStack comes out. What the project decides about single rows of
// them, each with its reason, lives in overrides.json; query.json lists the
// parameters that every query action shares. The package is for the generator
// and for tests: no program that imports the SDK links it.
package catalog

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
)

// A Catalogue is the whole API.
type Catalogue struct {
	Actions []*Action
	Types   []*Type
	Errors  []*ErrorCode
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
	// ZSphere says where the call differs on ZSphere; nil when it does not.
	ZSphere *Variant `json:"zsphere"`
}

// A Variant is how another product wants the same action called.
type Variant struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Body   string `json:"body"`
	Async  bool   `json:"async"`
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
	Sensitive      bool            `json:"sensitive"`
	Since          string          `json:"since"`
	Products       []string        `json:"products"`
	TypeConfidence string          `json:"typeConfidence"`
	// GoName is the field's name in Go where the naming rule does not give a
	// usable one. It is set by overrides only.
	GoName string `json:"goName"`
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
	Input         bool     `json:"input"`
	// HandWritten marks a type that the generator leaves to types/. It is set
	// by overrides only.
	HandWritten bool `json:"handWritten"`
}

// A Field is one field of a class.
type Field struct {
	Name           string   `json:"name"`
	Type           string   `json:"type"`
	Nullable       bool     `json:"nullable"`
	Since          string   `json:"since"`
	Products       []string `json:"products"`
	TypeConfidence string   `json:"typeConfidence"`
	// Sensitive marks a value that is never printed or logged. It is set by
	// overrides only.
	Sensitive bool `json:"sensitive"`
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
}

var (
	//go:embed actions.json
	actionsJSON []byte
	//go:embed types.json
	typesJSON []byte
	//go:embed errors.json
	errorsJSON []byte
	//go:embed query.json
	queryJSON []byte
	//go:embed overrides.json
	overridesJSON []byte
)

// Load reads the catalogue and applies the overrides. Query actions get their
// shared parameters. A key that the package does not know, or an override that
// matches nothing, is an error: the data has outgrown the code.
func Load() (*Catalogue, error) {
	c := new(Catalogue)
	for _, file := range []struct {
		name string
		data []byte
		into any
	}{
		{"actions.json", actionsJSON, &c.Actions},
		{"types.json", typesJSON, &c.Types},
		{"errors.json", errorsJSON, &c.Errors},
	} {
		if err := decode(file.data, file.into); err != nil {
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
	if err := c.override(); err != nil {
		return nil, fmt.Errorf("catalog: overrides.json: %w", err)
	}
	return c, nil
}

func decode(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
