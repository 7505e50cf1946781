import Loop
import Testing
