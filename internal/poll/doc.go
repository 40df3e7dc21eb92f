// Package poll says when to look again at something that takes its time: the timers that
// those who wait share, the pauses between looks, which grow with the time that has passed
// and mind how long such things took before, the pauses after faults, and the loop that is
// made of them. It sends nothing.
package poll
