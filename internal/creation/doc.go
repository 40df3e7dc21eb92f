// Package creation says what the resource that a call creates tells of the call: whether
// it is there, whether it is there for good, and what follows from that together with
// what the call's job says. The resource is looked for by its uuid, which the caller
// knows before it is there. To send the query is for the caller, and so is to ask again.
package creation
