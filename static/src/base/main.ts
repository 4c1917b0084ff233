import './base.css';
import './problem.css';
