// Package schema reads a result by the schema of its reply, in which the server names the
// class of every value whose type is not plain from the API: a value becomes one of its
// subtype, and an any one of a type. It reads those types off the result's by their
// methods, and knows none itself.
//
// A schema comes last, when the values have been read. The decoder keeps what it may change
// (see [wire.Notes]): the members of an object that only a subtype can have, and the text of
// an any. Most replies have neither, and their schema changes nothing.
package schema
