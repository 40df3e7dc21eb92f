// Package peers measures how long other JSON libraries take for what the SDK does with a
// large reply.
package peers
