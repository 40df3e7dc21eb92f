// Package conformance holds the tests that compare the SDK with recordings of
// the reference Java SDK: what it sent for an action, how it signed, and which
// values it took. It also drives every action of the catalogue through the
// public API. There is nothing to import.
//
// The rows in testdata are recorded. Java's raw lists let the recorder put a
// text where the API has another type (a string for a Label, say); typed fields
// cannot hold those values, so the tests exchange them on both sides for one of
// the right type.
package conformance
