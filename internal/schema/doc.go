// Package schema applies the schema of a reply to its decoded result: the server names there
// the class of every value whose type is not plain from the API, so that a value becomes one
// of its subtype, and an any one of a type. It reads those types off the result's by their
// methods, and knows none itself.
package schema
